/** The rows, newest first; on a narrow screen one column that says the same. */

import { useMediaQuery } from "@mantine/hooks";
import { PAGE_SIZE } from "@/api/page";
import { LoadingRows } from "@/components/loading-rows";
import { usePlatformDates } from "@/components/platform-dates";
import classes from "@/components/rows.module.css";
import { type RowsProps, SessionRow } from "./session-row";
import columnClasses from "./sessions-table.module.css";
import type { View } from "./use-view";

interface Column {
  name: string;
  label: string;
}

const WIDE: Column[] = [
  { name: "user", label: "User" },
  { name: "address", label: "IP Address" },
  { name: "agent", label: "User Agent" },
  { name: "time", label: "Created" },
  { name: "time", label: "Last Activity" },
  { name: "time", label: "Expires" },
  { name: "status", label: "Status" },
];

const NARROW: Column[] = [{ name: "what", label: "Session" }];

interface SessionsTableProps extends RowsProps {
  view: View;
  open: readonly string[];
}

export function SessionsTable({ view, open, ...rows }: SessionsTableProps) {
  const narrow = useMediaQuery("(max-width: 1080px)", undefined, {
    getInitialValueInEffect: false,
  });
  const { timeZone } = usePlatformDates();
  const columns = narrow ? NARROW : WIDE;
  const items = view.page?.items;
  const width = columns.length + (rows.onRevoke ? 2 : 1);
  return (
    <table
      className={`${classes.table} ${columnClasses.table}`}
      aria-busy={view.loading && (view.old || !items)}
      data-old={view.old || undefined}
      data-narrow={narrow || undefined}
    >
      <caption className={classes.caption}>Sessions, newest first. Times in {timeZone}.</caption>
      <thead>
        <tr>
          <th scope="col" data-column="open">
            <span className={classes.hidden}>Details</span>
          </th>
          {columns.map(({ name, label }) => (
            <th key={label} scope="col" data-column={name}>
              {label}
            </th>
          ))}
          {rows.onRevoke && (
            <th scope="col" data-column="revoke">
              <span className={classes.hidden}>Revoke</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {!items && !view.problem && <LoadingRows rows={PAGE_SIZE} columns={width} />}
        {items?.map((session) => (
          <SessionRow
            key={session.id}
            {...rows}
            session={session}
            narrow={narrow}
            width={width}
            open={open.includes(session.id)}
            fresh={view.fresh.has(session.id)}
          />
        ))}
      </tbody>
    </table>
  );
}
