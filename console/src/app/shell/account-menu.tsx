/** Who is signed in, and the way out. */

import { Menu, UnstyledButton } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconChevronDown, IconLogout } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { asProblem } from "@/api/problem";
import { signOut } from "@/api/session";
import type { Session } from "@/api/types";
import { roleLabel, sessionQuery } from "../session";
import classes from "./account-menu.module.css";

function initials(name: string): string {
  const words = name.split(/[\s.@_-]+/).filter(Boolean);
  return ((words[0]?.[0] ?? "") + (words[1]?.[0] ?? "")).toUpperCase();
}

function useSignOut() {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: signOut,
    onSuccess: async () => {
      await navigate({ to: "/sign-in", search: { reason: "out" } });
      // What one person read is not left for the next one.
      queryClient.clear();
      queryClient.setQueryData(sessionQuery.queryKey, null);
    },
    onError: (thrown) => {
      const { title, detail } = asProblem(thrown);
      notifications.show({
        color: "red",
        title: "Still signed in",
        message: `${title}. ${detail}`,
      });
    },
  });
}

export function AccountMenu({ session: { user } }: { session: Session }) {
  const leaving = useSignOut();
  const name = user.name || user.email;
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <UnstyledButton className={classes.button} aria-label={`Account: ${user.email}`}>
          <span className={classes.disc} aria-hidden>
            {initials(name)}
          </span>
          <span className={classes.name}>{name}</span>
          <IconChevronDown size={14} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={classes.who}>
          <p className={classes.strong}>{name}</p>
          {user.name && <p>{user.email}</p>}
          <p>
            {roleLabel(user.role)}
            {user.tenant ? ` · ${user.tenant.name}` : " · all tenants"}
          </p>
        </div>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconLogout size={16} />}
          disabled={leaving.isPending}
          onClick={() => leaving.mutate()}
        >
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
