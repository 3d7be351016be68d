/** One's own sessions, newest first; on a narrow screen one column that says the same. */

import { Button } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import type { LoginSession } from "@/api/types";
import { AssumedTag } from "@/components/assumed-tag";
import { LoadingRows } from "@/components/loading-rows";
import { usePlatformDates } from "@/components/platform-dates";
import rowClasses from "@/components/rows.module.css";
import { Timestamp } from "@/components/timestamp";
import { userAgentText } from "@/components/user-agent";
import { formatInstant } from "@/time/format";
import classes from "./own-sessions.module.css";
import { stateWords } from "./words";

interface OwnSessionsTableProps {
  /** Absent while they are not known. */
  sessions: readonly LoginSession[] | undefined;
  /** They are of the page before. */
  old: boolean;
  /** The id of the one that is being ended. */
  ending: string | undefined;
  onEnd: (id: string) => void;
}

interface AssumedProps {
  by: NonNullable<LoginSession["assumedBy"]>;
  reason: string | null;
}

/** A Super Admin acts as oneself here; that is nobody's secret. */
function Assumed({ by, reason }: AssumedProps) {
  const who = by.email ?? by.name ?? by.id;
  return <AssumedTag by={who} whole={`${who} acts as you${reason ? `: “${reason}”` : ""}`} />;
}

function Device({ session }: { session: LoginSession }) {
  const { userAgent, ip } = session.client;
  return (
    <span className={classes.device}>
      <span className={classes.line}>
        <span className={classes.agent} title={userAgent ?? undefined}>
          {userAgent ? userAgentText(userAgent) : "Unknown program"}
        </span>
        {session.current && <span className={classes.mark}>This session</span>}
        {session.assumedBy && <Assumed by={session.assumedBy} reason={session.assumedReason} />}
      </span>
      <span className={classes.address}>
        {ip ?? "Unknown address"}
        {session.status !== "active" && `, ${stateWords(session)}`}
      </span>
    </span>
  );
}

type EndButtonProps = Pick<OwnSessionsTableProps, "ending" | "onEnd"> & { session: LoginSession };

function EndButton({ session, ending, onEnd }: EndButtonProps) {
  const { dateFormat, timeZone } = usePlatformDates();
  if (session.current || session.status !== "active") return null;
  const since = formatInstant(new Date(session.createdAt), dateFormat, timeZone);
  const on = session.client.userAgent ? userAgentText(session.client.userAgent) : "unknown program";
  return (
    <Button
      size="compact-xs"
      variant="default"
      loading={ending === session.id}
      aria-label={`End session: ${on}, created ${since}`}
      onClick={() => onEnd(session.id)}
    >
      End
    </Button>
  );
}

export function OwnSessionsTable({ sessions, old, ending, onEnd }: OwnSessionsTableProps) {
  const narrow = useMediaQuery("(max-width: 640px)", undefined, {
    getInitialValueInEffect: false,
  });
  const { timeZone } = usePlatformDates();
  return (
    <table
      className={`${rowClasses.table} ${classes.table}`}
      aria-busy={!sessions || old}
      data-old={old || undefined}
    >
      <caption className={rowClasses.caption}>
        Your sessions, newest first. Times in {timeZone}.
      </caption>
      <thead>
        <tr>
          <th scope="col">From</th>
          {!narrow && (
            <>
              <th scope="col" data-column="time">
                Created
              </th>
              <th scope="col" data-column="time">
                Last Activity
              </th>
            </>
          )}
          <th scope="col" data-column="end">
            <span className={rowClasses.hidden}>End</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {!sessions && <LoadingRows rows={2} columns={narrow ? 2 : 4} />}
        {sessions?.map((session) => (
          <tr key={session.id} data-session={session.id}>
            <td>
              <Device session={session} />
              {narrow && (
                <span className={classes.address}>
                  Last activity <Timestamp instant={session.lastActivityAt} />
                </span>
              )}
            </td>
            {!narrow && (
              <>
                <td>
                  <Timestamp instant={session.createdAt} stacked />
                </td>
                <td>
                  <Timestamp instant={session.lastActivityAt} stacked />
                </td>
              </>
            )}
            <td data-column="end">
              <EndButton session={session} ending={ending} onEnd={onEnd} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
