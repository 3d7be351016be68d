/** The mark of an assumed identity: who was behind it. */

import { Tooltip } from "@mantine/core";
import { IconUserShare } from "@tabler/icons-react";
import classes from "./assumed-tag.module.css";

interface AssumedTagProps {
  /** Who acted as somebody else. */
  by: string;
  /** All of it, on hover. */
  whole: string;
}

export function AssumedTag({ by, whole }: AssumedTagProps) {
  return (
    <Tooltip label={whole} openDelay={150} multiline maw={380}>
      <span className={classes.tag}>
        <IconUserShare size={13} aria-hidden />
        <span className={classes.by}>by {by}</span>
      </span>
    </Tooltip>
  );
}
