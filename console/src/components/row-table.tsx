/** The table of a list: caption, head, rows to come; a column to open details in comes first. */

import type { ReactNode } from "react";
import { LoadingRows } from "./loading-rows";
import classes from "./rows.module.css";

export interface Column {
  name: string;
  label: string;
  /** What stands behind the label, less loud: a time zone. */
  beside?: string;
}

interface RowTableProps {
  caption: string;
  columns: readonly Column[];
  /** What the buttons at the end of a row do; absent where there are none. */
  actions?: string | undefined;
  narrow: boolean;
  view: { page: unknown; loading: boolean; old: boolean; problem: unknown };
  /** How many rows a page has. */
  pageSize: number;
  /** The widths of the columns. */
  className: string | undefined;
  children: ReactNode;
}

/** How many cells a row has. */
export function widthOf(columns: readonly Column[], actions?: string): number {
  return columns.length + (actions ? 2 : 1);
}

function Unseen({ label, name }: { label: string; name: string }) {
  return (
    <th scope="col" data-column={name}>
      <span className={classes.hidden}>{label}</span>
    </th>
  );
}

export function RowTable(props: RowTableProps) {
  const { columns, actions, view } = props;
  const waiting = !view.page && !view.problem;
  return (
    <table
      className={`${classes.table} ${props.className}`}
      aria-busy={view.loading && (view.old || !view.page)}
      data-old={view.old || undefined}
      data-narrow={props.narrow || undefined}
    >
      <caption className={classes.caption}>{props.caption}</caption>
      <thead>
        <tr>
          <Unseen label="Details" name="open" />
          {columns.map(({ name, label, beside }) => (
            <th key={label} scope="col" data-column={name}>
              {label}
              {beside && <span className={classes.zone}> {beside}</span>}
            </th>
          ))}
          {actions && <Unseen label={actions} name="actions" />}
        </tr>
      </thead>
      <tbody>
        {waiting && <LoadingRows rows={props.pageSize} columns={widthOf(columns, actions)} />}
        {props.children}
      </tbody>
    </table>
  );
}
