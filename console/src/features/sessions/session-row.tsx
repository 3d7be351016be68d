/** One session, and its details below it when open. */

import { Button } from "@mantine/core";
import type { LoginSession } from "@/api/types";
import { usePlatformDates } from "@/components/platform-dates";
import classes from "@/components/rows.module.css";
import { TableRow } from "@/components/table-row";
import { Timestamp } from "@/components/timestamp";
import { formatInstant } from "@/time/format";
import { AgentCell, StatusCell, UserCell } from "./cells";
import { SessionDetail } from "./session-detail";
import { statusLabel } from "./words";

/** What every row is given. */
export interface RowsProps {
  onToggle: (id: string) => void;
  onUser: (user: string) => void;
  /** Shows what was done in a session. */
  onEntries: (session: string) => void;
  /** Absent for those who may not revoke. */
  onRevoke: ((session: LoginSession) => void) | undefined;
  /** Ends all sessions of the same user. */
  onRevokeAll: ((session: LoginSession) => void) | undefined;
}

interface SessionRowProps extends RowsProps {
  session: LoginSession;
  open: boolean;
  fresh: boolean;
  narrow: boolean;
  width: number;
}

function Expires({ session }: { session: LoginSession }) {
  const idle = { label: "If idle", instant: session.idleExpiresAt };
  return (
    <Timestamp
      instant={session.expiresAt}
      stacked
      beside={session.status === "active" ? idle : undefined}
    />
  );
}

function WideCells({ session }: { session: LoginSession }) {
  return (
    <>
      <td data-column="user">
        <UserCell session={session} />
      </td>
      <td data-column="address" title={session.client.ip ?? undefined}>
        {session.client.ip || <span className={classes.none}>—</span>}
      </td>
      <td data-column="agent">
        <AgentCell userAgent={session.client.userAgent} />
      </td>
      <td data-column="time">
        <Timestamp instant={session.createdAt} stacked />
      </td>
      <td data-column="time">
        <Timestamp instant={session.lastActivityAt} stacked />
      </td>
      <td data-column="time">
        <Expires session={session} />
      </td>
      <td data-column="status">
        <StatusCell session={session} />
      </td>
    </>
  );
}

function NarrowCells({ session }: { session: LoginSession }) {
  return (
    <td data-column="what">
      <div className={classes.stacked}>
        <UserCell session={session} />
        <span className={classes.second}>
          <StatusCell session={session} />
          {session.client.userAgent && <AgentCell userAgent={session.client.userAgent} />}
          {session.client.ip && <span className={classes.address}>{session.client.ip}</span>}
          <span>
            Last activity <Timestamp instant={session.lastActivityAt} />
          </span>
        </span>
      </div>
    </td>
  );
}

export function SessionRow(props: SessionRowProps) {
  const { session, onRevoke } = props;
  const { dateFormat, timeZone } = usePlatformDates();
  const since = formatInstant(new Date(session.createdAt), dateFormat, timeZone);
  const name = `session of ${session.user.email}, created ${since}`;
  return (
    <TableRow
      id={session.id}
      label={`${statusLabel(session.status)} ${name}`}
      open={props.open}
      fresh={props.fresh}
      width={props.width}
      onToggle={props.onToggle}
      details={() => (
        <SessionDetail
          session={session}
          onUser={props.onUser}
          onEntries={props.onEntries}
          onRevokeAll={props.onRevokeAll}
        />
      )}
    >
      {props.narrow ? <NarrowCells session={session} /> : <WideCells session={session} />}
      {onRevoke && (
        <td data-column="actions">
          {session.status === "active" && (
            <Button
              size="compact-xs"
              variant="default"
              data-action
              aria-label={`Revoke ${name}`}
              onClick={() => onRevoke(session)}
            >
              Revoke
            </Button>
          )}
        </td>
      )}
    </TableRow>
  );
}
