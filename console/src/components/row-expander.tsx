/** Opens and closes the details of a row. */

import { UnstyledButton } from "@mantine/core";
import { IconChevronRight } from "@tabler/icons-react";
import type { KeyboardEvent, MouseEvent } from "react";
import classes from "./rows.module.css";

const EXPANDER = "button[data-expander]";

/** Up, down, Home and End go from row to row. */
function moveAmongRows(event: KeyboardEvent<HTMLButtonElement>) {
  const all = [
    ...(event.currentTarget.closest("tbody")?.querySelectorAll<HTMLElement>(EXPANDER) ?? []),
  ];
  const here = all.indexOf(event.currentTarget);
  const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: all.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  all[to]?.focus();
}

/** A click on plain row space; not on a control, and not the end of selecting text. */
export function isPlainClick(event: MouseEvent<HTMLElement>): boolean {
  const target = event.target as HTMLElement;
  return !target.closest("button, a, input") && !window.getSelection()?.toString();
}

interface RowExpanderProps {
  label: string;
  open: boolean;
  /** The id of the details. */
  details: string;
  onToggle: () => void;
}

export function RowExpander({ label, open, details, onToggle }: RowExpanderProps) {
  return (
    <UnstyledButton
      className={classes.expander}
      data-expander
      aria-expanded={open}
      aria-controls={open ? details : undefined}
      aria-label={label}
      onClick={onToggle}
      onKeyDown={moveAmongRows}
    >
      <IconChevronRight size={15} aria-hidden />
    </UnstyledButton>
  );
}
