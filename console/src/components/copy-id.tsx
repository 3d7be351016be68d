/** A shortened identifier: whole on hover and on focus, copied by a press. */

import { Tooltip, UnstyledButton } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./copy-id.module.css";
import { visible } from "./visible";

/** Keeps the start, or of a UUIDv7 (which starts with its time) start and end. */
export function shortId(id: string): string {
  return id.length <= 14 ? id : `${id.slice(0, 8)}…${id.slice(-4)}`;
}

interface CopyIdProps {
  id: string;
  /** What stands for it, instead of its start and end. */
  text?: string;
  purpose: string;
  whole: ReactNode;
}

/** The accessible name starts with the text on screen, then says what a press does. */
export function CopyId(props: CopyIdProps) {
  const text = props.text ?? visible(shortId(props.id));
  const { copied, copy } = useClipboard({ timeout: 1500 });
  return (
    <Tooltip
      label={copied ? "Copied" : props.whole}
      events={{ hover: true, focus: true, touch: true }}
      openDelay={150}
      multiline
      maw={420}
    >
      <UnstyledButton
        className={classes.id}
        data-plain={props.text !== undefined || undefined}
        aria-label={`${text}, ${copied ? "copied" : props.purpose}`}
        onClick={() => copy(props.id)}
      >
        <span>{text}</span>
        {copied ? <IconCheck size={13} /> : <IconCopy size={13} className={classes.icon} />}
      </UnstyledButton>
    </Tooltip>
  );
}
