/** The rows, newest first; on a narrow screen one column that says the same. */

import { useMediaQuery } from "@mantine/hooks";
import { PAGE_SIZE } from "@/api/page";
import { usePlatformDates } from "@/components/platform-dates";
import { type Column, RowTable, widthOf } from "@/components/row-table";
import { type RowsProps, SessionRow } from "./session-row";
import columnClasses from "./sessions-table.module.css";
import type { View } from "./use-view";

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
  const actions = rows.onRevoke && "Revoke";
  return (
    <RowTable
      caption={`Sessions, newest first. Times in ${timeZone}.`}
      columns={columns}
      actions={actions}
      narrow={narrow}
      view={view}
      pageSize={PAGE_SIZE}
      className={columnClasses.table}
    >
      {view.page?.items.map((session) => (
        <SessionRow
          key={session.id}
          {...rows}
          session={session}
          narrow={narrow}
          width={widthOf(columns, actions)}
          open={open.includes(session.id)}
          fresh={view.fresh.has(session.id)}
        />
      ))}
    </RowTable>
  );
}
