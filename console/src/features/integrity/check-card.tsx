/** What the last full check found. */

import type { PastCheck } from "@/api/types";
import { Card } from "@/components/card";
import { Timestamp } from "@/components/timestamp";
import classes from "./integrity.module.css";
import { State } from "./state";

export function CheckCard({ check }: { check: PastCheck | null }) {
  return (
    <Card
      title="Last check"
      words={
        <>
          <code>indelible check</code> recomputes every log from its entries, on the machine itself.
        </>
      }
    >
      {!check && <p className={classes.none}>No check has run yet.</p>}
      {check && (
        <>
          <p className={classes.line}>
            <State tone={check.holds ? "good" : "bad"}>
              {check.holds ? "Everything held" : `${check.found} found`}
            </State>
            <span>
              {check.entries.toLocaleString("en")} entries in {check.logs} logs,{" "}
              <Timestamp instant={check.endedAt} />
            </span>
          </p>
          {check.findings.length > 0 && (
            <ul className={classes.findings}>
              {check.findings.map((finding) => (
                <li key={finding}>{finding}</li>
              ))}
            </ul>
          )}
        </>
      )}
    </Card>
  );
}
