/** One row of a list, and its details below it when open. */

import { type ReactNode, useId } from "react";
import { isPlainClick, RowExpander } from "./row-expander";
import classes from "./rows.module.css";

interface TableRowProps {
  id: string;
  /** What the row is, for those who don't see it. */
  label: string;
  open: boolean;
  fresh: boolean;
  /** How many cells the row has. */
  width: number;
  onToggle: (id: string) => void;
  details: () => ReactNode;
  /** The cells. */
  children: ReactNode;
}

export function TableRow(props: TableRowProps) {
  const { id, open, onToggle } = props;
  const details = useId();
  return (
    <>
      <tr
        className={classes.row}
        data-row={id}
        data-open={open || undefined}
        data-fresh={props.fresh || undefined}
        onClick={(event) => isPlainClick(event) && onToggle(id)}
      >
        <td data-column="open">
          <RowExpander
            label={`Details: ${props.label}`}
            open={open}
            details={details}
            onToggle={() => onToggle(id)}
          />
        </td>
        {props.children}
      </tr>
      {open && (
        <tr className={classes.detail} id={details}>
          <td colSpan={props.width}>{props.details()}</td>
        </tr>
      )}
    </>
  );
}

/** Gives the focus back to a row: to its own button, or to the one that opens its details. */
export function focusRow(id: string, control: "data-action" | "data-expander"): void {
  const row = document.querySelector(`tr[data-row="${CSS.escape(id)}"]`);
  row?.querySelector<HTMLElement>(`button[${control}]`)?.focus();
}
