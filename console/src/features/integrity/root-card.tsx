/** The root log: its checkpoints, who cosigned them, and when an authority stamped them. */

import type { Integrity, RootCheckpoint } from "@/api/types";
import { Card } from "@/components/card";
import { CopyId } from "@/components/copy-id";
import { Timestamp } from "@/components/timestamp";
import classes from "./integrity.module.css";
import { State } from "./state";
import { cosignedText } from "./verdict";

function Row({ checkpoint, quorum }: { checkpoint: RootCheckpoint; quorum: number }) {
  const stamps = checkpoint.timestamps.map((stamp) => stamp.authority);
  return (
    <tr>
      <th scope="row" className={classes.number}>
        {checkpoint.size.toLocaleString("en")}
      </th>
      <td>
        <State tone={checkpoint.witnessed ? "good" : "plain"}>
          {checkpoint.witnessed ? "Witnessed" : "Not witnessed"}
        </State>{" "}
        <span className={classes.beside}>{cosignedText(checkpoint, quorum)}</span>
      </td>
      <td>
        <Timestamp instant={checkpoint.publishedAt} />
      </td>
      <td>
        <CopyId id={checkpoint.root} purpose="copy the root hash" whole={checkpoint.root} />
      </td>
      <td>{stamps.length > 0 ? stamps.join(", ") : <span className={classes.none}>none</span>}</td>
    </tr>
  );
}

export function RootCard({ integrity }: { integrity: Integrity }) {
  const { recent, quorum, witnessed, origin } = integrity;
  const older = witnessed && !recent.some((each) => each.size === witnessed.size);
  const shown = older ? [...recent, witnessed] : recent;
  return (
    <Card
      title="Root log"
      words={
        <>
          Every log’s checkpoint becomes a leaf of <code>{origin}</code>, so that a witness who sees
          this one log grow has seen them all.
        </>
      }
    >
      {shown.length === 0 ? (
        <p className={classes.none}>Nothing was published yet.</p>
      ) : (
        <div className={classes.wide}>
          <table className={classes.table}>
            <caption className={classes.hidden}>Newest checkpoints of the root log</caption>
            <thead>
              <tr>
                <th scope="col">Leaves</th>
                <th scope="col">Witnesses</th>
                <th scope="col">Published</th>
                <th scope="col">Root hash</th>
                <th scope="col">Time-stamp</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((each) => (
                <Row key={each.size} checkpoint={each} quorum={quorum} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}
