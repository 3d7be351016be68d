/** One user, and the details below when open. */

import type { User } from "@/api/types";
import { PersonCell } from "@/components/person-cell";
import { roleLabel } from "@/components/roles";
import { counted } from "@/components/row-count";
import classes from "@/components/rows.module.css";
import { TableRow } from "@/components/table-row";
import { Timestamp } from "@/components/timestamp";
import type { Administrator, UserAction } from "./actions";
import { FactorCell, StatusCell } from "./cells";
import { UserDetail } from "./user-detail";
import { UserMenu } from "./user-menu";
import { statusLabel } from "./words";

/** What every row is given. */
export interface RowsProps {
  by: Administrator;
  /** Whether the rows are of more than one tenant. */
  tenants: boolean;
  onToggle: (id: string) => void;
  onAction: (action: UserAction, user: User) => void;
  /** Shows what the log says about a user; or what a user did. */
  onEntries: (user: string, how: "about" | "by") => void;
  /** Shows the sessions of a user; absent for those who may not see sessions. */
  onSessions: ((user: string) => void) | undefined;
}

interface UserRowProps extends RowsProps {
  user: User;
  open: boolean;
  fresh: boolean;
  narrow: boolean;
  width: number;
}

function Tenant({ user }: { user: User }) {
  return user.tenant ? user.tenant.name : <span className={classes.none}>All tenants</span>;
}

function LastSignIn({ user }: { user: User }) {
  if (!user.lastSignInAt) return <span className={classes.none}>Never</span>;
  return <Timestamp instant={user.lastSignInAt} stacked />;
}

function WideCells({ user, tenants, by }: UserRowProps) {
  return (
    <>
      <td data-column="user">
        <PersonCell person={user} mark={user.id === by.id && "You"} />
      </td>
      <td data-column="role">{roleLabel(user.role)}</td>
      {tenants && (
        <td data-column="tenant" title={user.tenant?.name}>
          <Tenant user={user} />
        </td>
      )}
      <td data-column="status">
        <StatusCell status={user.status} />
      </td>
      <td data-column="factor">
        <FactorCell user={user} />
      </td>
      <td data-column="time">
        <LastSignIn user={user} />
      </td>
      <td data-column="count">{user.activeSessions}</td>
    </>
  );
}

function NarrowCells({ user, tenants, by }: UserRowProps) {
  return (
    <td data-column="what">
      <div className={classes.stacked}>
        <PersonCell person={user} mark={user.id === by.id && "You"} />
        <span className={classes.second}>
          <StatusCell status={user.status} />
          <span>
            {roleLabel(user.role)}
            {tenants && user.tenant && `, ${user.tenant.name}`}
          </span>
          <span>{counted(user.activeSessions, "active session", "active sessions")}</span>
          {!user.secondFactor && user.status === "active" && <span>No second factor</span>}
        </span>
      </div>
    </td>
  );
}

export function UserRow(props: UserRowProps) {
  const { user } = props;
  return (
    <TableRow
      id={user.id}
      label={`${statusLabel(user.status)} ${roleLabel(user.role)} ${user.email}`}
      open={props.open}
      fresh={props.fresh}
      width={props.width}
      onToggle={props.onToggle}
      details={() => (
        <UserDetail user={user} onEntries={props.onEntries} onSessions={props.onSessions} />
      )}
    >
      {props.narrow ? <NarrowCells {...props} /> : <WideCells {...props} />}
      <td data-column="actions">
        <UserMenu user={user} by={props.by} onAction={(action) => props.onAction(action, user)} />
      </td>
    </TableRow>
  );
}
