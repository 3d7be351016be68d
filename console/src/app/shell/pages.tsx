/** The way to the pages that one may see: side by side, or behind a button where there is no room. */

import { ActionIcon, Popover } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconMenu2 } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Session } from "@/api/types";
import { may } from "../session";
import classes from "./pages.module.css";

const PAGES = [
  { to: "/audit-log", label: "Audit log", permission: "activity.read" },
  { to: "/integrity", label: "Integrity", permission: "activity.read" },
  { to: "/users", label: "Users", permission: "users.read" },
  { to: "/roles", label: "Roles", permission: "users.read" },
  { to: "/tenants", label: "Tenants", permission: "tenants.read" },
  { to: "/settings", label: "Settings", permission: "settings.change" },
] as const;

function Links({ session, onGo }: { session: Session; onGo?: () => void }) {
  return PAGES.filter(({ permission }) => may(session, permission)).map(({ to, label }) => (
    <Link key={to} to={to} onClick={onGo}>
      {label}
    </Link>
  ));
}

function Menu({ session }: { session: Session }) {
  const [opened, setOpened] = useState(false);
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-start"
      width={210}
      radius={8}
      shadow="md"
      trapFocus
      floatingStrategy="fixed"
    >
      <Popover.Target>
        <ActionIcon size={32} aria-label="Pages" onClick={() => setOpened(!opened)}>
          <IconMenu2 size={18} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown p={6} aria-label="Pages">
        <nav className={classes.menu} aria-label="Main">
          <Links session={session} onGo={() => setOpened(false)} />
        </nav>
      </Popover.Dropdown>
    </Popover>
  );
}

export function Pages({ session }: { session: Session }) {
  const narrow = useMediaQuery("(max-width: 720px)", undefined, { getInitialValueInEffect: false });
  if (!PAGES.some(({ permission }) => may(session, permission))) return null;
  if (narrow) return <Menu session={session} />;
  return (
    <nav className={classes.side} aria-label="Main">
      <Links session={session} />
    </nav>
  );
}
