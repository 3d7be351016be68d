/** Each log's size and head, and how much of it is in the root log. */

import type { LogState } from "@/api/types";
import { Card } from "@/components/card";
import { CopyId } from "@/components/copy-id";
import classes from "./integrity.module.css";
import { State } from "./state";

interface LogsCardProps {
  logs: readonly LogState[];
  names: ReadonlyMap<string, string> | null;
}

function Row({ log, names }: { log: LogState; names: LogsCardProps["names"] }) {
  const behind = log.size - log.published;
  const name = log.tenant ? names?.get(log.tenant) : "Platform";
  return (
    <tr>
      <th scope="row">
        {name}
        <span className={name ? classes.sub : undefined}>{log.origin}</span>
      </th>
      <td className={classes.number}>{log.size.toLocaleString("en")}</td>
      <td>
        <State tone={behind === 0 ? "good" : "plain"}>
          {behind === 0 ? "All of it" : `All but the last ${behind.toLocaleString("en")}`}
        </State>
      </td>
      <td>
        {log.root ? (
          <CopyId id={log.root} purpose="copy the root hash" whole={log.root} />
        ) : (
          <span className={classes.none}>empty</span>
        )}
      </td>
    </tr>
  );
}

export function LogsCard({ logs, names }: LogsCardProps) {
  return (
    <Card title="Logs" words="One a tenant, and one for what belongs to none.">
      <div className={classes.wide}>
        <table className={classes.table}>
          <caption className={classes.hidden}>Logs</caption>
          <thead>
            <tr>
              <th scope="col">Log</th>
              <th scope="col" className={classes.number}>
                Entries
              </th>
              <th scope="col">In the root log</th>
              <th scope="col">Root hash</th>
            </tr>
          </thead>
          <tbody>
            {logs.map((each) => (
              <Row key={each.origin} log={each} names={names} />
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
