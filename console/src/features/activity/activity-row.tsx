/** One entry, and its details below it when open. */

import { UnstyledButton } from "@mantine/core";
import { IconChevronRight } from "@tabler/icons-react";
import { type KeyboardEvent, type MouseEvent, useId } from "react";
import type { Row } from "@/api/types";
import { Timestamp } from "@/components/timestamp";
import { formatInstant } from "@/time/format";
import { ActionBadge } from "./action-badge";
import classes from "./activity-table.module.css";
import { ActorCell, actorText, ResourceCell, StatusCell } from "./cells";
import { EntryDetail } from "./entry-detail";
import type { RowsProps } from "./rows";
import { typeLabel } from "./words";

interface ActivityRowProps extends RowsProps {
  row: Row;
  open: boolean;
  fresh: boolean;
  narrow: boolean;
  width: number;
}

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
function isPlainClick(event: MouseEvent<HTMLElement>): boolean {
  const target = event.target as HTMLElement;
  return !target.closest("button, a, input") && !window.getSelection()?.toString();
}

function label(row: Row, when: string): string {
  const what = `${row.action} ${typeLabel(row.resource.type)} ${row.resource.name || row.resource.id}`;
  return `Details: ${what}, ${actorText(row.actor)}, ${when}`;
}

function WideCells({ row }: { row: Row }) {
  return (
    <>
      <td data-column="time">
        <Timestamp instant={row.time} />
      </td>
      <td data-column="user">
        <ActorCell row={row} />
      </td>
      <td data-column="action">
        <ActionBadge action={row.action} />
      </td>
      <td data-column="resource">
        <ResourceCell resource={row.resource} />
      </td>
      <td data-column="status">
        <StatusCell status={row.status} />
      </td>
      <td data-column="address" title={row.client?.ip ?? undefined}>
        {row.client?.ip || <span className={classes.none}>—</span>}
      </td>
    </>
  );
}

function NarrowCells({ row }: { row: Row }) {
  return (
    <>
      <td data-column="what">
        <div className={classes.stacked}>
          <span className={classes.first}>
            <ActionBadge action={row.action} />
            <ResourceCell resource={row.resource} />
          </span>
          <ActorCell row={row} />
          <span className={classes.second}>
            <Timestamp instant={row.time} />
            {row.client?.ip && <span>{row.client.ip}</span>}
          </span>
        </div>
      </td>
      <td data-column="status">
        <StatusCell status={row.status} />
      </td>
    </>
  );
}

export function ActivityRow(props: ActivityRowProps) {
  const { row, open, narrow, width, onToggle, dates } = props;
  const detail = useId();
  const when = formatInstant(new Date(row.time), dates.dateFormat, dates.timeZone);
  const name = label(row, when);
  return (
    <>
      <tr
        className={classes.row}
        data-entry={row.id}
        data-open={open || undefined}
        data-fresh={props.fresh || undefined}
        onClick={(event) => isPlainClick(event) && onToggle(row.id)}
      >
        <td data-column="open">
          <UnstyledButton
            className={classes.expander}
            data-expander
            aria-expanded={open}
            aria-controls={open ? detail : undefined}
            aria-label={name}
            onClick={() => onToggle(row.id)}
            onKeyDown={moveAmongRows}
          >
            <IconChevronRight size={15} aria-hidden />
          </UnstyledButton>
        </td>
        {narrow ? <NarrowCells row={row} /> : <WideCells row={row} />}
      </tr>
      {open && (
        <tr className={classes.detail} id={detail}>
          <td colSpan={width}>
            <EntryDetail
              row={row}
              search={props.search}
              names={props.names}
              onSearch={props.onSearch}
              proof={props.proof}
            />
          </td>
        </tr>
      )}
    </>
  );
}
