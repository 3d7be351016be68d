/** The page: which roles there are, what each allows, and who has it. */

import { Anchor } from "@mantine/core";
import { IconCheck, IconUsers } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { Role } from "@/api/types";
import { DetailTools } from "@/components/detail-tools";
import facts from "@/components/facts.module.css";
import { type ListSearch, withToggled } from "@/components/list-search";
import { notYours } from "@/components/no-rows";
import { counted } from "@/components/row-count";
import { type Column, RowTable } from "@/components/row-table";
import rows from "@/components/rows.module.css";
import { TableRow } from "@/components/table-row";
import { useListView } from "@/components/use-list-view";
import { PeopleListing } from "../people-listing";
import { ROLES, rolesQuery } from "../queries";
import { wholeList } from "../whole-list";
import classes from "./roles-page.module.css";
import { inOrder, permissionLabel } from "./words";

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
      <DetailTools
        tools={[{ label: "Users with this role", Icon: IconUsers, go: () => onUsers(role.id) }]}
      />
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
  const items = view.page?.items as readonly Role[] | undefined;
  return (
    <PeopleListing
      title="Roles"
      words={["role", "roles"]}
      search={search}
      onSearch={onSearch}
      view={view}
      asked={ROLES}
      filters={null}
      never={notYours("roles")}
    >
      <RowTable
        caption="Roles, from the one that allows most"
        wide={WIDE}
        narrow={NARROW}
        upTo={760}
        view={view}
        pageSize={3}
        className={classes.table}
      >
        {({ narrow, width }) =>
          items?.map((role) => (
            <TableRow
              key={role.id}
              id={role.id}
              label={`Role ${role.name}`}
              open={search.open?.includes(role.id) ?? false}
              fresh={false}
              width={width}
              onToggle={(id) => onSearch(withToggled(search, id), { replace: true })}
              details={() => <Allowed role={role} onUsers={onUsers} />}
            >
              <Cells role={role} narrow={narrow} onUsers={onUsers} />
            </TableRow>
          ))
        }
      </RowTable>
    </PeopleListing>
  );
}
