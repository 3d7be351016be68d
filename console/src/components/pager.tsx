/** "Page N of M", and the way to other pages: beside it, at the ends, and by number. */

import { ActionIcon, Tooltip, VisuallyHidden } from "@mantine/core";
import {
  IconChevronLeft,
  IconChevronRight,
  IconChevronsLeft,
  IconChevronsRight,
} from "@tabler/icons-react";
import { type ReactNode, useRef } from "react";
import { PageField } from "./page-field";
import classes from "./pager.module.css";
import { type Page, type PageNumber, placeOf } from "./pages";
import { counted } from "./row-count";

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
  /** The word for one row and for several. */
  words: [one: string, many: string];
  size: number;
  old: boolean;
  onCursor: (cursor: string | undefined) => void;
  /** Absent where pages have no numbers to jump to. */
  onPage?: ((page: PageNumber) => void) | undefined;
}

export function Pager({ page, words, size, old, onCursor, onPage }: PagerProps) {
  const pressed = useRef(false);
  const place = placeOf(page.position, page.items.length, page.total, size);
  const number = (value: number) => value.toLocaleString("en-US");
  if (place.count === 1) {
    return <p className={classes.pager}>{counted(page.total, ...words)}</p>;
  }
  const said = `Page ${number(place.number)} of ${number(place.count)}`;
  // The first page has no cursor: its top is wherever the newest row is.
  const previous = place.number <= 2 ? undefined : (page.previous ?? undefined);
  const before = page.previous !== null && !old;
  const after = page.next !== null && !old;
  return (
    <nav
      className={classes.pager}
      aria-label="Pages"
      onPointerDownCapture={({ target }) => {
        pressed.current = target instanceof Element && target.closest("button") !== null;
      }}
      onKeyDownCapture={() => {
        pressed.current = false;
      }}
    >
      <span className={classes.rows}>
        {number(place.first)}–{number(place.last)} of {number(page.total)}
      </span>
      <div className={classes.steps}>
        <Step
          label="First page"
          icon={<IconChevronsLeft size={16} />}
          enabled={before}
          onPress={() => onCursor(undefined)}
        />
        <Step
          label="Previous page"
          icon={<IconChevronLeft size={16} />}
          enabled={before}
          onPress={() => onCursor(previous)}
        />
        {onPage ? (
          <>
            <PageField place={place} old={old} pressed={pressed} onPage={onPage} />
            <VisuallyHidden role="status">{said}</VisuallyHidden>
          </>
        ) : (
          <span className={classes.place} role="status">
            {said}
          </span>
        )}
        <Step
          label="Next page"
          icon={<IconChevronRight size={16} />}
          enabled={after}
          onPress={() => page.next !== null && onCursor(page.next)}
        />
        {onPage && (
          <Step
            label="Last page"
            icon={<IconChevronsRight size={16} />}
            enabled={after}
            onPress={() => onPage("last")}
          />
        )}
      </div>
    </nav>
  );
}
