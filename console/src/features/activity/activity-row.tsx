/** One entry, and its details below it when open. */

import { useId } from "react";
import type { Row } from "@/api/types";
import { isPlainClick, RowExpander } from "@/components/row-expander";
import classes from "@/components/rows.module.css";
import { Timestamp } from "@/components/timestamp";
import { formatInstant } from "@/time/format";
import { ActionBadge } from "./action-badge";
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
        data-row={row.id}
        data-open={open || undefined}
        data-fresh={props.fresh || undefined}
        onClick={(event) => isPlainClick(event) && onToggle(row.id)}
      >
        <td data-column="open">
          <RowExpander
            label={name}
            open={open}
            details={detail}
            onToggle={() => onToggle(row.id)}
          />
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
