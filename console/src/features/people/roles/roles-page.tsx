/** The page: which roles there are, what each allows, and who has it. */

import { Anchor, Button } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconCheck, IconUsers } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { Role } from "@/api/types";
import facts from "@/components/facts.module.css";
import { type ListSearch, withToggled } from "@/components/list-search";
import { Listing } from "@/components/listing";
import { NoRows, notYours } from "@/components/no-rows";
import { PageHead } from "@/components/page-head";
import { counted } from "@/components/row-count";
import { type Column, RowTable, widthOf } from "@/components/row-table";
import rows from "@/components/rows.module.css";
import { TableRow } from "@/components/table-row";
import { useAutoRefresh } from "@/components/use-auto-refresh";
import { useListView } from "@/components/use-list-view";
import { ROLES, rolesQuery } from "../queries";
import { wholeList } from "../whole-list";
import classes from "./roles-page.module.css";
import { inOrder, permissionLabel } from "./words";

const PAGE_SIZE = 20;

const WIDE: Column[] = [
  { name: "role", label: "Role" },
  { name: "words", label: "What it is for" },
  { name: "count", label: "Users" },
];
const NARROW: Column[] = [{ name: "what", label: "Role" }];

function Allowed({ role, onUsers }: { role: Role; onUsers: (role: string) => void }) {
  return (
    <section className={facts.detail} aria-label={`Details of ${role.name}`}>
      <ul className={classes.allowed} aria-label="What it allows">
        {inOrder(role.permissions).map((permission) => (
          <li key={permission}>
            <IconCheck size={15} aria-hidden />
            {permissionLabel(permission)}
          </li>
        ))}
      </ul>
      <div className={facts.tools}>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconUsers size={15} aria-hidden />}
          onClick={() => onUsers(role.id)}
        >
          Users with this role
        </Button>
      </div>
    </section>
  );
}

function Cells({ role, narrow, onUsers }: { role: Role; narrow: boolean } & Ways) {
  const users = (text: string) => (
    <Anchor
      component="button"
      type="button"
      size="sm"
      aria-label={`${counted(role.users, "user", "users")} with the role ${role.name}`}
      onClick={() => onUsers(role.id)}
    >
      {text}
    </Anchor>
  );
  if (!narrow) {
    return (
      <>
        <td data-column="role">{role.name}</td>
        <td data-column="words" title={role.description}>
          {role.description}
        </td>
        <td data-column="count">{users(role.users.toLocaleString("en-US"))}</td>
      </>
    );
  }
  return (
    <td data-column="what" className={classes.what}>
      <div className={rows.stacked}>
        <strong>{role.name}</strong>
        <span>{role.description}</span>
        <span className={rows.second}>{users(counted(role.users, "user", "users"))}</span>
      </div>
    </td>
  );
}

interface Ways {
  /** Shows who has a role. */
  onUsers: (role: string) => void;
}

interface RolesPageProps extends Ways {
  search: ListSearch;
  onSearch: (next: ListSearch, how?: { replace?: boolean }) => void;
}

export function RolesPage({ search, onSearch, onUsers }: RolesPageProps) {
  const query = useQuery({ ...rolesQuery, select: wholeList });
  const view = useListView(query, search);
  const refresh = useAutoRefresh(ROLES);
  const narrow = useMediaQuery("(max-width: 760px)", undefined, { getInitialValueInEffect: false });
  const columns = narrow ? NARROW : WIDE;
  const items = view.page?.items as readonly Role[] | undefined;
  return (
    <>
      <PageHead title="Roles" />
      <Listing
        view={view}
        words={["role", "roles"]}
        pageSize={PAGE_SIZE}
        refresh={refresh}
        filters={null}
        exporting={null}
        empty={<NoRows lack={notYours("roles")} />}
        refused={<NoRows lack={notYours("roles")} />}
        cursor={undefined}
        onCursor={() => onSearch({})}
        onClear={() => onSearch({})}
      >
        <RowTable
          caption="Roles, from the one that allows most"
          columns={columns}
          narrow={narrow}
          view={view}
          pageSize={3}
          className={classes.table}
        >
          {items?.map((role) => (
            <TableRow
              key={role.id}
              id={role.id}
              label={`Role ${role.name}`}
              open={search.open?.includes(role.id) ?? false}
              fresh={false}
              width={widthOf(columns)}
              onToggle={(id) => onSearch(withToggled(search, id), { replace: true })}
              details={() => <Allowed role={role} onUsers={onUsers} />}
            >
              <Cells role={role} narrow={narrow} onUsers={onUsers} />
            </TableRow>
          ))}
        </RowTable>
      </Listing>
    </>
  );
}
