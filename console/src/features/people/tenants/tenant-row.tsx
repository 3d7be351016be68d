/** One tenant, and the details below when open. */

import { ActionIcon, Menu } from "@mantine/core";
import {
  IconBan,
  IconCircleCheck,
  IconDots,
  IconFileSearch,
  IconHourglass,
  IconLogout,
  IconPencil,
  IconTimeline,
  IconUsers,
} from "@tabler/icons-react";
import type { TenantRow as Tenant } from "@/api/types";
import { DetailTools } from "@/components/detail-tools";
import { Fact, Facts } from "@/components/facts";
import facts from "@/components/facts.module.css";
import { counted } from "@/components/row-count";
import classes from "@/components/rows.module.css";
import { StandingTag } from "@/components/standing-tag";
import { TableRow } from "@/components/table-row";
import { Timestamp } from "@/components/timestamp";
import { KeptFact } from "./kept-fact";
import { statusLabel, statusOf } from "./search";

export type TenantAction = "rename" | "retention" | "sessions" | "able";

/** What every row is given. */
export interface RowsProps {
  onToggle: (id: string) => void;
  /** Absent for those who only read. */
  onAction: ((action: TenantAction, tenant: Tenant) => void) | undefined;
  onEntries: (tenant: string, how: "about" | "of") => void;
  onUsers: (tenant: string) => void;
}

interface TenantRowProps extends RowsProps {
  tenant: Tenant;
  open: boolean;
  narrow: boolean;
  width: number;
}

function Status({ tenant }: { tenant: Tenant }) {
  return (
    <StandingTag tone={tenant.disabled ? "off" : "good"}>
      {statusLabel(statusOf(tenant))}
    </StandingTag>
  );
}

function Cells({ tenant, narrow }: TenantRowProps) {
  if (narrow) {
    return (
      <td data-column="what">
        <div className={classes.stacked}>
          <strong>{tenant.name}</strong>
          <span className={classes.second}>
            <Status tenant={tenant} />
            {counted(tenant.users, "user", "users")},{" "}
            {counted(tenant.activeSessions, "active session", "active sessions")}
          </span>
        </div>
      </td>
    );
  }
  return (
    <>
      <td data-column="name" title={tenant.name}>
        {tenant.name}
      </td>
      <td data-column="status">
        <Status tenant={tenant} />
      </td>
      <td data-column="count">{tenant.users.toLocaleString("en-US")}</td>
      <td data-column="count">{tenant.activeSessions.toLocaleString("en-US")}</td>
      <td data-column="time">
        <Timestamp instant={tenant.createdAt} />
      </td>
    </>
  );
}

function Actions({ tenant, onAction }: { tenant: Tenant; onAction: (a: TenantAction) => void }) {
  return (
    // A dialog opens from here, and takes the focus: the menu must not take it back.
    <Menu position="bottom-end" width={210} returnFocus={false}>
      <Menu.Target>
        <ActionIcon size={28} data-action aria-label={`Actions for ${tenant.name}`}>
          <IconDots size={17} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconPencil size={16} aria-hidden />}
          onClick={() => onAction("rename")}
        >
          Rename…
        </Menu.Item>
        <Menu.Item
          leftSection={<IconHourglass size={16} aria-hidden />}
          onClick={() => onAction("retention")}
        >
          Retention…
        </Menu.Item>
        {tenant.activeSessions > 0 && (
          <Menu.Item
            leftSection={<IconLogout size={16} aria-hidden />}
            onClick={() => onAction("sessions")}
          >
            Revoke all sessions…
          </Menu.Item>
        )}
        {tenant.disabled ? (
          <Menu.Item
            leftSection={<IconCircleCheck size={16} aria-hidden />}
            onClick={() => onAction("able")}
          >
            Enable…
          </Menu.Item>
        ) : (
          <Menu.Item
            c="var(--danger-text)"
            leftSection={<IconBan size={16} aria-hidden />}
            onClick={() => onAction("able")}
          >
            Disable…
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function Detail({ tenant, onEntries, onUsers }: TenantRowProps) {
  return (
    <section className={facts.detail} aria-label={`Details of ${tenant.name}`}>
      <Facts columns>
        <Fact label="Name">{tenant.name}</Fact>
        <Fact label="Status">{statusLabel(statusOf(tenant))}</Fact>
        <Fact label="Created">
          <Timestamp instant={tenant.createdAt} />
        </Fact>
        <Fact label="Users">{tenant.users.toLocaleString("en-US")}</Fact>
        <Fact label="Sessions">{tenant.activeSessions.toLocaleString("en-US")} active</Fact>
        <KeptFact tenant={tenant.id} />
        <Fact label="Tenant ID" code copy={tenant.id}>
          {tenant.id}
        </Fact>
      </Facts>
      <DetailTools
        tools={[
          {
            label: "View in audit log",
            Icon: IconFileSearch,
            go: () => onEntries(tenant.id, "about"),
          },
          {
            label: "Activity of this tenant",
            Icon: IconTimeline,
            go: () => onEntries(tenant.id, "of"),
          },
          { label: "Users of this tenant", Icon: IconUsers, go: () => onUsers(tenant.id) },
        ]}
      />
    </section>
  );
}

export function TenantRow(props: TenantRowProps) {
  const { tenant, onAction } = props;
  return (
    <TableRow
      id={tenant.id}
      label={`${statusLabel(statusOf(tenant))} tenant ${tenant.name}`}
      open={props.open}
      fresh={false}
      width={props.width}
      onToggle={props.onToggle}
      details={() => <Detail {...props} />}
    >
      <Cells {...props} />
      {onAction && (
        <td data-column="actions">
          <Actions tenant={tenant} onAction={(action) => onAction(action, tenant)} />
        </td>
      )}
    </TableRow>
  );
}
