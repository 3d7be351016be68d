/** All that is known of a session: whose, from where, from when to when, and how it ended. */

import { IconFilter, IconLogout, IconTimeline } from "@tabler/icons-react";
import type { LoginSession } from "@/api/types";
import { DetailTools } from "@/components/detail-tools";
import { Fact, Facts } from "@/components/facts";
import classes from "@/components/facts.module.css";
import { roleLabel } from "@/components/roles";
import { Timestamp } from "@/components/timestamp";

interface SessionDetailProps {
  session: LoginSession;
  onUser: (user: string) => void;
  onEntries: (session: string) => void;
  /** Absent for those who may not revoke. */
  onRevokeAll: ((session: LoginSession) => void) | undefined;
}

export function SessionDetail({ session, onUser, onEntries, onRevokeAll }: SessionDetailProps) {
  const { user, client, tenant, revoked } = session;
  return (
    <div className={classes.detail}>
      <Facts columns>
        {session.assumedBy && (
          <>
            <Fact label="Assumed by" copy={session.assumedBy.email ?? undefined}>
              {[session.assumedBy.name, session.assumedBy.email].filter(Boolean).join(", ") ||
                session.assumedBy.id}
            </Fact>
            <Fact label="Why">{session.assumedReason}</Fact>
          </>
        )}
        {revoked && (
          <>
            <Fact label="Revoked by">
              {[revoked.by.name, revoked.by.email].filter(Boolean).join(", ") || revoked.by.id}
            </Fact>
            <Fact label="Revoked">
              <Timestamp instant={revoked.at} />
            </Fact>
            <Fact label="Reason">{revoked.reason}</Fact>
          </>
        )}
        {session.status === "ended" && session.endedAt && (
          <Fact label="Ended">
            <Timestamp instant={session.endedAt} />
          </Fact>
        )}
        <Fact label="User" copy={user.email}>
          {[user.name, user.email].filter(Boolean).join(", ")}
        </Fact>
        <Fact label="Role">{roleLabel(user.role)}</Fact>
        <Fact label="Tenant">{tenant?.name ?? "All tenants"}</Fact>
        {client.ip && (
          <Fact label="IP address" copy={client.ip}>
            {client.ip}
          </Fact>
        )}
        {client.userAgent && (
          <Fact label="User agent" copy={client.userAgent}>
            {client.userAgent}
          </Fact>
        )}
        <Fact label="Created">
          <Timestamp instant={session.createdAt} />
        </Fact>
        <Fact label="Last activity">
          <Timestamp instant={session.lastActivityAt} />
        </Fact>
        <Fact label="Expires">
          <Timestamp instant={session.expiresAt} />
        </Fact>
        <Fact label="If idle">
          <Timestamp instant={session.idleExpiresAt} />
        </Fact>
        <Fact label="Session ID" code copy={session.id}>
          {session.id}
        </Fact>
      </Facts>
      <DetailTools
        tools={[
          {
            label: "Activity of this session",
            Icon: IconTimeline,
            go: () => onEntries(session.id),
          },
          { label: "Sessions of this user", Icon: IconFilter, go: () => onUser(user.id) },
          onRevokeAll && {
            label: "Revoke all sessions of this user…",
            Icon: IconLogout,
            go: () => onRevokeAll(session),
          },
        ]}
      />
    </div>
  );
}
