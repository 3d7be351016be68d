/** The rows, newest first; on a narrow screen one column that says the same. */

import { PAGE_SIZE } from "@/api/page";
import { usePlatformDates } from "@/components/platform-dates";
import { type Column, RowTable } from "@/components/row-table";
import type { View } from "./use-view";
import { type RowsProps, UserRow } from "./user-row";
import columnClasses from "./users-table.module.css";

const NARROW: Column[] = [{ name: "what", label: "User" }];

function wide(tenants: boolean): Column[] {
  return [
    { name: "user", label: "User" },
    { name: "role", label: "Role" },
    ...(tenants ? [{ name: "tenant", label: "Tenant" }] : []),
    { name: "status", label: "Status" },
    { name: "factor", label: "Second factor" },
    { name: "time", label: "Last sign-in" },
    { name: "count", label: "Active sessions" },
  ];
}

interface UsersTableProps extends RowsProps {
  view: View;
  open: readonly string[];
}

export function UsersTable({ view, open, ...rows }: UsersTableProps) {
  const { timeZone } = usePlatformDates();
  return (
    <RowTable
      caption={`Users, newest first. Times in ${timeZone}.`}
      wide={wide(rows.tenants)}
      narrow={NARROW}
      upTo={1120}
      actions="Actions"
      view={view}
      pageSize={PAGE_SIZE}
      className={columnClasses.table}
    >
      {(shape) =>
        view.page?.items.map((user) => (
          <UserRow
            key={user.id}
            {...rows}
            user={user}
            {...shape}
            open={open.includes(user.id)}
            fresh={view.fresh.has(user.id)}
          />
        ))
      }
    </RowTable>
  );
}
