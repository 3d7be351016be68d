/** Who is signed in, and the way out. */

import { Button, Popover, UnstyledButton } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconChevronDown, IconLogout } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { asProblem } from "@/api/problem";
import { signOut } from "@/api/session";
import type { Session } from "@/api/types";
import { roleLabel } from "@/components/roles";
import { sessionQuery } from "../session";
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
      // What one person read is not left for the next one.
      queryClient.removeQueries({ predicate: (query) => query.queryKey[0] !== "session" });
      queryClient.setQueryData(sessionQuery.queryKey, null);
      await navigate({ to: "/sign-in", search: { reason: "out" } });
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
    <Popover
      position="bottom-end"
      width={260}
      radius={8}
      shadow="md"
      trapFocus
      floatingStrategy="fixed"
    >
      <Popover.Target>
        <UnstyledButton className={classes.button} aria-label={`Account: ${name}`}>
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
        <Button
          variant="subtle"
          color="gray"
          fullWidth
          size="xs"
          justify="flex-start"
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
