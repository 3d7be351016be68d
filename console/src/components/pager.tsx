/** "Page N of M", and the way to the pages beside it. */

import { ActionIcon, Tooltip } from "@mantine/core";
import { IconChevronLeft, IconChevronRight, IconChevronsLeft } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./pager.module.css";
import { type Page, placeOf } from "./pages";

interface StepProps {
  label: string;
  icon: ReactNode;
  enabled: boolean;
  onPress: () => void;
}

/** Stays focusable at the last page: focus that vanishes sends a keyboard back to the top. */
function Step({ label, icon, enabled, onPress }: StepProps) {
  return (
    <Tooltip label={label} openDelay={400}>
      <ActionIcon
        size={28}
        variant="default"
        aria-label={label}
        aria-disabled={!enabled}
        {...(enabled ? {} : { "data-disabled": true })}
        onClick={() => enabled && onPress()}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}

interface PagerProps {
  page: Page;
  size: number;
  old: boolean;
  onCursor: (cursor: string | undefined) => void;
}

export function Pager({ page, size, old, onCursor }: PagerProps) {
  const place = placeOf(page.position, page.items.length, page.total, size);
  const number = (value: number) => value.toLocaleString("en-US");
  // The first page has no cursor: its top is wherever the newest row is.
  const previous = place.number <= 2 ? undefined : (page.previous ?? undefined);
  const atStart = page.previous === null;
  return (
    <nav className={classes.pager} aria-label="Pages">
      <span className={classes.rows}>
        {number(place.first)}–{number(place.last)} of {number(page.total)}
      </span>
      <span className={classes.place} role="status">
        Page {number(place.number)} of {number(place.count)}
      </span>
      <span className={classes.steps}>
        <Step
          label="First page"
          icon={<IconChevronsLeft size={16} />}
          enabled={!atStart && !old}
          onPress={() => onCursor(undefined)}
        />
        <Step
          label="Previous page"
          icon={<IconChevronLeft size={16} />}
          enabled={!atStart && !old}
          onPress={() => onCursor(previous)}
        />
        <Step
          label="Next page"
          icon={<IconChevronRight size={16} />}
          enabled={page.next !== null && !old}
          onPress={() => page.next !== null && onCursor(page.next)}
        />
      </span>
    </nav>
  );
}
