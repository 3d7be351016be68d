/** A line across the page that something is wrong, and what to do about it. */

import { Button } from "@mantine/core";
import { IconAlertTriangle, IconInfoCircle } from "@tabler/icons-react";
import classes from "./notice.module.css";

interface NoticeProps {
  tone: "danger" | "info";
  title: string;
  detail?: string | undefined;
  action?: { label: string; run: () => void; busy?: boolean } | undefined;
}

export function Notice({ tone, title, detail, action }: NoticeProps) {
  const Icon = tone === "danger" ? IconAlertTriangle : IconInfoCircle;
  return (
    <div className={classes.notice} data-tone={tone} role={tone === "danger" ? "alert" : "status"}>
      <Icon size={18} className={classes.icon} aria-hidden />
      <p className={classes.words}>
        <strong>{title}</strong>
        {detail && <span> {detail}</span>}
      </p>
      {action && (
        <Button
          size="compact-sm"
          variant="default"
          onClick={action.run}
          loading={action.busy ?? false}
        >
          {action.label}
        </Button>
      )}
    </div>
  );
}
