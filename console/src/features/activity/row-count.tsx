/** How many entries pass the filters, and that newer ones have come in. */

import { UnstyledButton } from "@mantine/core";
import { IconArrowUp } from "@tabler/icons-react";
import classes from "./row-count.module.css";
import type { View } from "./use-view";

export function counted(count: number, one: string, many: string): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;
}

export function RowCount({ view, onNewest }: { view: View; onNewest: () => void }) {
  const { page, old, news } = view;
  return (
    <div className={classes.row} data-old={old || undefined}>
      <h2 className={classes.count}>
        {page ? counted(page.total, "entry", "entries") : <span aria-hidden>…</span>}
      </h2>
      {news > 0 && (
        <UnstyledButton className={classes.news} onClick={onNewest}>
          <IconArrowUp size={13} aria-hidden />
          {news.toLocaleString("en-US")} new
        </UnstyledButton>
      )}
    </div>
  );
}
