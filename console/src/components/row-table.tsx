/** The table of a list: caption, head, rows to come; a column to open details in comes first. */

import { useMediaQuery } from "@mantine/hooks";
import type { ReactNode } from "react";
import { LoadingRows } from "./loading-rows";
import classes from "./rows.module.css";

export interface Column {
  name: string;
  label: string;
  /** What stands behind the label, less loud: a time zone. */
  beside?: string;
}

/** What a row has to know of its table. */
export interface Shape {
  /** One column says what several do on a wide screen. */
  narrow: boolean;
  /** How many cells a row has. */
  width: number;
}

interface RowTableProps {
  caption: string;
  wide: readonly Column[];
  narrow: readonly Column[];
  /** The width in pixels up to which the screen is narrow. */
  upTo: number;
  /** What the buttons at the end of a row do; absent where there are none. */
  actions?: string | undefined;
  view: { page: unknown; loading: boolean; old: boolean; problem: unknown };
  /** How many rows a page has. */
  pageSize: number;
  /** The widths of the columns. */
  className: string | undefined;
  /** The rows. */
  children: (shape: Shape) => ReactNode;
}

function Unseen({ label, name }: { label: string; name: string }) {
  return (
    <th scope="col" data-column={name}>
      <span className={classes.hidden}>{label}</span>
    </th>
  );
}

export function RowTable(props: RowTableProps) {
  const { actions, view } = props;
  const narrow = useMediaQuery(`(max-width: ${props.upTo}px)`, undefined, {
    getInitialValueInEffect: false,
  });
  const columns = narrow ? props.narrow : props.wide;
  const width = columns.length + (actions ? 2 : 1);
  const waiting = !view.page && !view.problem;
  return (
    <table
      className={`${classes.table} ${props.className}`}
      aria-busy={view.loading && (view.old || !view.page)}
      data-old={view.old || undefined}
      data-narrow={narrow || undefined}
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
        {waiting && <LoadingRows rows={props.pageSize} columns={width} />}
        {props.children({ narrow, width })}
      </tbody>
    </table>
  );
}
