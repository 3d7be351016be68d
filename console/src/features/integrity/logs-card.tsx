/** Each log's size and head, and how much of it is in the root log. */

import { Button } from "@mantine/core";
import { useState } from "react";
import type { LogState } from "@/api/types";
import { Card } from "@/components/card";
import { CopyId } from "@/components/copy-id";
import { SearchField } from "@/components/search-field";
import classes from "./integrity.module.css";
import { matching, type NamedLog, type Names, namedLogs, summaryOf } from "./logs";
import { State } from "./state";

/** So many are shown at first: what stands below has to be reached among thousands of tenants. */
const SHOWN = 10;

interface LogsCardProps {
  logs: readonly LogState[];
  names: Names;
}

function Row({ log }: { log: NamedLog }) {
  const behind = log.size - log.published;
  return (
    <tr>
      <th scope="row" className={classes.name}>
        {log.name}
        <span className={log.name ? classes.sub : undefined}>{log.origin}</span>
      </th>
      <td className={classes.number}>{log.size.toLocaleString("en")}</td>
      <td>
        <State tone={behind === 0 ? "good" : "plain"}>
          {behind === 0 ? "All of it" : `All but the last ${behind.toLocaleString("en")}`}
        </State>
      </td>
      <td>{log.root && <CopyId id={log.root} purpose="copy the root hash" whole={log.root} />}</td>
    </tr>
  );
}

function Table({ logs }: { logs: readonly NamedLog[] }) {
  return (
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
            <Row key={each.origin} log={each} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function LogsCard({ logs, names }: LogsCardProps) {
  const [text, setText] = useState("");
  const [whole, setWhole] = useState(false);
  const all = namedLogs(logs, names);
  const found = matching(all, text);
  const shown = whole ? found : found.slice(0, SHOWN);
  const many = all.length > SHOWN;
  const words = "One a tenant, and one for what belongs to none.";
  return (
    <Card title="Logs" words={many ? `${words} ${summaryOf(all)}` : words}>
      {many && (
        <div className={classes.search}>
          <SearchField placeholder="Search name or origin" value={text} onSearch={setText} />
        </div>
      )}
      {found.length > 0 ? (
        <Table logs={shown} />
      ) : (
        <p className={classes.none}>
          {text ? `No log has “${text}” in its name or origin.` : "No log has an entry yet."}
        </p>
      )}
      {found.length > shown.length && (
        <div className={classes.more}>
          <span>
            {shown.length} of {found.length.toLocaleString("en")}
          </span>
          <Button size="compact-sm" variant="default" onClick={() => setWhole(true)}>
            Show all
          </Button>
        </div>
      )}
    </Card>
  );
}
