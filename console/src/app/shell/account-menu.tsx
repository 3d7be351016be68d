/** Who is signed in, and the way out. */

import { Button, Popover, UnstyledButton } from "@mantine/core";
import { IconChevronDown, IconLogout, IconUserCog } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Session } from "@/api/types";
import { roleLabel } from "@/components/roles";
import { may } from "../session";
import { useSignOut } from "../sign-out";
import classes from "./account-menu.module.css";

function initials(name: string): string {
  const words = name.split(/[\s.@_-]+/).filter(Boolean);
  return ((words[0]?.[0] ?? "") + (words[1]?.[0] ?? "")).toUpperCase();
}

const ITEM = {
  variant: "subtle",
  color: "gray",
  fullWidth: true,
  size: "xs",
  justify: "flex-start",
} as const;

export function AccountMenu({ session }: { session: Session }) {
  const [opened, setOpened] = useState(false);
  const leaving = useSignOut();
  const { user } = session;
  const name = user.name || user.email;
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-end"
      width={260}
      radius={8}
      shadow="md"
      trapFocus
      floatingStrategy="fixed"
    >
      <Popover.Target>
        <UnstyledButton
          className={classes.button}
          aria-label={`Account: ${name}`}
          onClick={() => setOpened(!opened)}
        >
          <span className={classes.disc} data-initials={initials(name)} />
          <span className={classes.name}>{name}</span>
          <IconChevronDown size={14} aria-hidden />
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown p={6} aria-label="Account">
        <div className={classes.who}>
          <p className={classes.strong}>{name}</p>
          {user.name && <p>{user.email}</p>}
          <p>
            {roleLabel(user.role)}
            {user.tenant ? ` · ${user.tenant.name}` : " · all tenants"}
          </p>
        </div>
        {may(session, "account.change") && (
          <Button
            {...ITEM}
            component={Link}
            to="/account"
            leftSection={<IconUserCog size={16} aria-hidden />}
            onClick={() => setOpened(false)}
          >
            Your account
          </Button>
        )}
        <Button
          {...ITEM}
          leftSection={<IconLogout size={16} aria-hidden />}
          loading={leaving.isPending}
          onClick={() => leaving.mutate()}
        >
          Sign out
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}
