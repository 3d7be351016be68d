/** The rows, newest first; on a narrow screen one column that says the same. */

import { PAGE_SIZE } from "@/api/page";
import { usePlatformDates } from "@/components/platform-dates";
import { type Column, RowTable } from "@/components/row-table";
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
  const { timeZone } = usePlatformDates();
  return (
    <RowTable
      caption={`Sessions, newest first. Times in ${timeZone}.`}
      wide={WIDE}
      narrow={NARROW}
      upTo={1080}
      actions={rows.onRevoke && "Revoke"}
      view={view}
      pageSize={PAGE_SIZE}
      className={columnClasses.table}
    >
      {(shape) =>
        view.page?.items.map((session) => (
          <SessionRow
            key={session.id}
            {...rows}
            session={session}
            {...shape}
            open={open.includes(session.id)}
            fresh={view.fresh.has(session.id)}
          />
        ))
      }
    </RowTable>
  );
}
