/** All that is known of a user, and the ways to what the log says. */

import { IconDevices, IconFileSearch, IconTimeline } from "@tabler/icons-react";
import type { User } from "@/api/types";
import { DetailTools } from "@/components/detail-tools";
import { Fact, Facts } from "@/components/facts";
import classes from "@/components/facts.module.css";
import { roleLabel } from "@/components/roles";
import { Timestamp } from "@/components/timestamp";
import { statusLabel } from "./words";

interface UserDetailProps {
  user: User;
  onEntries: (user: string, how: "about" | "by") => void;
  onSessions: ((user: string) => void) | undefined;
}

const STANDS: Record<User["status"], string> = {
  active: "",
  invited: ", has not set a password yet",
  disabled: ", can’t sign in",
};

export function UserDetail({ user, onEntries, onSessions }: UserDetailProps) {
  return (
    <section className={classes.detail} aria-label={`Details of ${user.email}`}>
      <Facts columns>
        <Fact label="E-mail" copy={user.email}>
          {user.email}
        </Fact>
        <Fact label="Name">{user.name || "—"}</Fact>
        <Fact label="Role">{roleLabel(user.role)}</Fact>
        <Fact label="Tenant">{user.tenant?.name ?? "All tenants"}</Fact>
        <Fact label="Status">
          {statusLabel(user.status)}
          {STANDS[user.status]}
        </Fact>
        <Fact label="Second factor">{user.secondFactor ? "On" : "Off"}</Fact>
        <Fact label="Created">
          <Timestamp instant={user.createdAt} />
        </Fact>
        <Fact label="Last sign-in">
          {user.lastSignInAt ? <Timestamp instant={user.lastSignInAt} /> : "Never"}
        </Fact>
        <Fact label="Sessions">{user.activeSessions} active</Fact>
        <Fact label="User ID" code copy={user.id}>
          {user.id}
        </Fact>
      </Facts>
      <DetailTools
        tools={[
          {
            label: "View in audit log",
            Icon: IconFileSearch,
            go: () => onEntries(user.id, "about"),
          },
          {
            label: "Activity of this user",
            Icon: IconTimeline,
            go: () => onEntries(user.id, "by"),
          },
          onSessions && {
            label: "Sessions of this user",
            Icon: IconDevices,
            go: () => onSessions(user.id),
          },
        ]}
      />
    </section>
  );
}
