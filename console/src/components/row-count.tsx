/** How many rows pass the filters, and that newer ones have come in. */

import { UnstyledButton } from "@mantine/core";
import { IconArrowUp } from "@tabler/icons-react";
import classes from "./row-count.module.css";

export function counted(count: number, one: string, many: string): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;
}

interface RowCountProps {
  total: number | undefined;
  /** The word for one row and for several. */
  words: [one: string, many: string];
  old: boolean;
  news: number;
  onNewest: () => void;
}

export function RowCount({ total, words, old, news, onNewest }: RowCountProps) {
  return (
    <div className={classes.row} data-old={old || undefined}>
      {total === undefined ? (
        <span className={classes.count} aria-hidden>
          …
        </span>
      ) : (
        <h2 className={classes.count}>{counted(total, ...words)}</h2>
      )}
      {news > 0 && (
        <UnstyledButton className={classes.news} onClick={onNewest}>
          <IconArrowUp size={13} aria-hidden />
          {news.toLocaleString("en-US")} new
        </UnstyledButton>
      )}
    </div>
  );
}
