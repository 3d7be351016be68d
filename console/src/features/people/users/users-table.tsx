/** The rows, newest first; on a narrow screen one column that says the same. */

import { useMediaQuery } from "@mantine/hooks";
import { PAGE_SIZE } from "@/api/page";
import { usePlatformDates } from "@/components/platform-dates";
import { type Column, RowTable, widthOf } from "@/components/row-table";
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
    { name: "count", label: "Sessions" },
  ];
}

interface UsersTableProps extends RowsProps {
  view: View;
  open: readonly string[];
}

export function UsersTable({ view, open, ...rows }: UsersTableProps) {
  const narrow = useMediaQuery("(max-width: 960px)", undefined, { getInitialValueInEffect: false });
  const { timeZone } = usePlatformDates();
  const columns = narrow ? NARROW : wide(rows.tenants);
  const actions = "Actions";
  return (
    <RowTable
      caption={`Users, newest first. Times in ${timeZone}.`}
      columns={columns}
      actions={actions}
      narrow={narrow}
      view={view}
      pageSize={PAGE_SIZE}
      className={columnClasses.table}
    >
      {view.page?.items.map((user) => (
        <UserRow
          key={user.id}
          {...rows}
          user={user}
          narrow={narrow}
          width={widthOf(columns, actions)}
          open={open.includes(user.id)}
          fresh={view.fresh.has(user.id)}
        />
      ))}
    </RowTable>
  );
}
