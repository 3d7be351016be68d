/** All that is known of a user, and the ways to what the log says. */

import { Button } from "@mantine/core";
import { IconDevices, IconFileSearch, IconTimeline } from "@tabler/icons-react";
import type { User } from "@/api/types";
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
        <Fact label="2nd factor">{user.secondFactor ? "On" : "Off"}</Fact>
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
      <div className={classes.tools}>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconFileSearch size={15} aria-hidden />}
          onClick={() => onEntries(user.id, "about")}
        >
          View in audit log
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconTimeline size={15} aria-hidden />}
          onClick={() => onEntries(user.id, "by")}
        >
          What this user did
        </Button>
        {onSessions && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconDevices size={15} aria-hidden />}
            onClick={() => onSessions(user.id)}
          >
            Sessions of this user
          </Button>
        )}
      </div>
    </section>
  );
}
