/** One entry, and its details below it when open. */

import type { Row } from "@/api/types";
import classes from "@/components/rows.module.css";
import { TableRow } from "@/components/table-row";
import { Timestamp } from "@/components/timestamp";
import { visible } from "@/components/visible";
import { formatInstant } from "@/time/format";
import { ActionBadge } from "./action-badge";
import { ActorCell, actorText, ResourceCell, StatusCell } from "./cells";
import { EntryDetail } from "./entry-detail";
import { PURGED, PurgedCells } from "./purged";
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
  if (row.purged) return `${PURGED}, ${when}`;
  const what = `${row.action} ${typeLabel(row.resource.type)} ${row.resource.name || row.resource.id}`;
  const by = row.assumedBy ? ` assumed by ${actorText(row.assumedBy)}` : "";
  return `${what}, ${actorText(row.actor)}${by}, ${when}`;
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
        {visible(row.client?.ip ?? "") || <span className={classes.none}>—</span>}
      </td>
    </>
  );
}

function NarrowCells({ row }: { row: Row }) {
  return (
    <td data-column="what">
      <div className={classes.stacked}>
        <span className={classes.first}>
          <ActionBadge action={row.action} />
          <ResourceCell resource={row.resource} />
        </span>
        <ActorCell row={row} />
        <span className={classes.second}>
          <StatusCell status={row.status} />
          <Timestamp instant={row.time} />
          {row.client?.ip && <span>{visible(row.client.ip)}</span>}
        </span>
      </div>
    </td>
  );
}

function Cells({ row, narrow, width }: { row: Row; narrow: boolean; width: number }) {
  if (row.purged) return <PurgedCells row={row} narrow={narrow} width={width} />;
  return narrow ? <NarrowCells row={row} /> : <WideCells row={row} />;
}

export function ActivityRow(props: ActivityRowProps) {
  const { row, dates } = props;
  const when = formatInstant(new Date(row.time), dates.dateFormat, dates.timeZone);
  return (
    <TableRow
      id={row.id}
      label={label(row, when)}
      open={props.open}
      fresh={props.fresh}
      width={props.width}
      onToggle={props.onToggle}
      details={() => (
        <EntryDetail
          row={row}
          search={props.search}
          names={props.names}
          manyTenants={props.manyTenants}
          onSearch={props.onSearch}
          proof={props.proof}
        />
      )}
    >
      <Cells row={row} narrow={props.narrow} width={props.width} />
    </TableRow>
  );
}
