/** One session, and its details below it when open. */

import { Button } from "@mantine/core";
import { useId } from "react";
import type { LoginSession } from "@/api/types";
import { usePlatformDates } from "@/components/platform-dates";
import { isPlainClick, RowExpander } from "@/components/row-expander";
import classes from "@/components/rows.module.css";
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
}

interface SessionRowProps extends RowsProps {
  session: LoginSession;
  open: boolean;
  fresh: boolean;
  narrow: boolean;
  width: number;
}

function Expires({ session }: { session: LoginSession }) {
  const idle = { label: "When idle", instant: session.idleExpiresAt };
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
        </span>
        {session.client.ip && (
          <span className={classes.second}>
            <span className={classes.address}>{session.client.ip}</span>
          </span>
        )}
        <span className={classes.second}>
          <span>
            Last activity <Timestamp instant={session.lastActivityAt} />
          </span>
        </span>
      </div>
    </td>
  );
}

export function SessionRow(props: SessionRowProps) {
  const { session, open, onToggle, onRevoke } = props;
  const { dateFormat, timeZone } = usePlatformDates();
  const details = useId();
  const since = formatInstant(new Date(session.createdAt), dateFormat, timeZone);
  const name = `session of ${session.user.email}, created ${since}`;
  return (
    <>
      <tr
        className={classes.row}
        data-row={session.id}
        data-open={open || undefined}
        data-fresh={props.fresh || undefined}
        onClick={(event) => isPlainClick(event) && onToggle(session.id)}
      >
        <td data-column="open">
          <RowExpander
            label={`Details: ${statusLabel(session.status)} ${name}`}
            open={open}
            details={details}
            onToggle={() => onToggle(session.id)}
          />
        </td>
        {props.narrow ? <NarrowCells session={session} /> : <WideCells session={session} />}
        {onRevoke && (
          <td data-column="revoke">
            {session.status === "active" && (
              <Button
                size="compact-xs"
                variant="default"
                data-revoke
                aria-label={`Revoke ${name}`}
                onClick={() => onRevoke(session)}
              >
                Revoke
              </Button>
            )}
          </td>
        )}
      </tr>
      {open && (
        <tr className={classes.detail} id={details}>
          <td colSpan={props.width}>
            <SessionDetail session={session} onUser={props.onUser} onEntries={props.onEntries} />
          </td>
        </tr>
      )}
    </>
  );
}
