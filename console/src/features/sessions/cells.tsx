/** What stands in a row. Names, addresses and reasons come from people: text, never markup. */

import { Tooltip } from "@mantine/core";
import {
  IconBan,
  IconCircleCheckFilled,
  IconClockOff,
  IconLogout,
  type TablerIcon,
} from "@tabler/icons-react";
import type { LoginSession, SessionStatus } from "@/api/types";
import { AssumedTag } from "@/components/assumed-tag";
import { CopyId } from "@/components/copy-id";
import { PersonCell } from "@/components/person-cell";
import { usePlatformDates } from "@/components/platform-dates";
import { userAgentText } from "@/components/user-agent";
import { formatInstant } from "@/time/format";
import classes from "./cells.module.css";
import { nameOf, statusLabel } from "./words";

/** Who stands behind an assumed session, and why. */
function Assumption({ session: { assumedBy, assumedReason } }: { session: LoginSession }) {
  if (!assumedBy) return null;
  const by = nameOf(assumedBy);
  return <AssumedTag by={by} whole={`Assumed by ${by}: “${assumedReason ?? ""}”`} />;
}

export function UserCell({ session }: { session: LoginSession }) {
  return (
    <PersonCell person={session.user} mark={session.current && "This session"}>
      <Assumption session={session} />
    </PersonCell>
  );
}

export function AgentCell({ userAgent }: { userAgent: string | null }) {
  if (!userAgent) return <span className={classes.none}>—</span>;
  return (
    <CopyId
      id={userAgent}
      text={userAgentText(userAgent)}
      purpose="copy user agent"
      whole={userAgent}
    />
  );
}

const ICONS: Record<SessionStatus, TablerIcon> = {
  active: IconCircleCheckFilled,
  expired: IconClockOff,
  revoked: IconBan,
  ended: IconLogout,
};

function Revocation({ revoked }: { revoked: NonNullable<LoginSession["revoked"]> }) {
  const { dateFormat, timeZone } = usePlatformDates();
  return (
    <span className={classes.revocation}>
      <strong>By {nameOf(revoked.by)}</strong>
      <span>{formatInstant(new Date(revoked.at), dateFormat, timeZone)}</span>
      <span>“{revoked.reason}”</span>
    </span>
  );
}

/** Who revoked it, when and why stands in the tooltip, and for all in the details. */
export function StatusCell({ session: { status, revoked } }: { session: LoginSession }) {
  const Icon = ICONS[status];
  return (
    <Tooltip
      label={revoked && <Revocation revoked={revoked} />}
      disabled={!revoked}
      multiline
      maw={340}
      openDelay={150}
    >
      <span className={classes.status} data-status={status}>
        <Icon size={15} aria-hidden />
        {statusLabel(status)}
      </span>
    </Tooltip>
  );
}
