/** What can be done about one user, behind one button of the row. */

import { ActionIcon, Menu } from "@mantine/core";
import {
  IconDots,
  IconKey,
  IconLogout,
  IconMailForward,
  IconPencil,
  IconShieldOff,
  IconUserCheck,
  IconUserCog,
  IconUserOff,
  IconUserShare,
  type TablerIcon,
} from "@tabler/icons-react";
import type { User } from "@/api/types";
import { type Administrator, actionsOf, type UserAction } from "./actions";

const ITEMS: Record<UserAction, { label: string; Icon: TablerIcon; danger?: true }> = {
  assume: { label: "Assume identity…", Icon: IconUserShare },
  edit: { label: "Edit…", Icon: IconPencil },
  role: { label: "Change role…", Icon: IconUserCog },
  invitation: { label: "New invitation…", Icon: IconMailForward },
  reset: { label: "Password reset link…", Icon: IconKey },
  "second-factor": { label: "Remove second factor…", Icon: IconShieldOff },
  sessions: { label: "Revoke all sessions…", Icon: IconLogout },
  enable: { label: "Enable…", Icon: IconUserCheck },
  disable: { label: "Disable…", Icon: IconUserOff, danger: true },
};

interface UserMenuProps {
  user: User;
  by: Administrator;
  onAction: (action: UserAction) => void;
}

export function UserMenu({ user, by, onAction }: UserMenuProps) {
  const actions = actionsOf(user, by);
  if (actions.length === 0) return null;
  return (
    // A dialog opens from here, and takes the focus: the menu must not take it back.
    <Menu position="bottom-end" width={220} returnFocus={false}>
      <Menu.Target>
        <ActionIcon size={28} data-action aria-label={`Actions for ${user.email}`}>
          <IconDots size={17} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {actions.map((action) => {
          const { label, Icon, danger } = ITEMS[action];
          return (
            <Menu.Item
              key={action}
              leftSection={<Icon size={16} aria-hidden />}
              {...(danger ? { c: "var(--danger-text)" } : {})}
              onClick={() => onAction(action)}
            >
              {label}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
