/** The rows, newest first; on a narrow screen three columns that say the same. */

import { useMediaQuery } from "@mantine/hooks";
import { PAGE_SIZE } from "@/api/page";
import { keptOpen } from "@/components/pages";
import { type Column, RowTable, widthOf } from "@/components/row-table";
import classes from "@/components/rows.module.css";
import { ActivityRow } from "./activity-row";
import columnClasses from "./activity-table.module.css";
import { KeptRow } from "./kept-row";
import type { RowsProps } from "./rows";
import type { View } from "./use-view";

const WIDE: Column[] = [
  { name: "time", label: "Timestamp" },
  { name: "user", label: "User" },
  { name: "action", label: "Action" },
  { name: "resource", label: "Resource" },
  { name: "status", label: "Status" },
  { name: "address", label: "IP Address" },
];

const NARROW: Column[] = [
  { name: "what", label: "Activity" },
  { name: "status", label: "Status" },
];

/** The head says in which zone the times are. */
function zoned(columns: Column[], timeZone: string): Column[] {
  return columns.map((column) =>
    column.name === "time" ? { ...column, beside: timeZone } : column,
  );
}

export function ActivityTable({ view, ...rows }: RowsProps & { view: View }) {
  const narrow = useMediaQuery("(max-width: 760px)", undefined, { getInitialValueInEffect: false });
  const columns = narrow ? NARROW : WIDE;
  const { timeZone } = rows.dates;
  const items = view.page?.items;
  const open = rows.search.open ?? [];
  const kept = items && !view.old ? keptOpen(open, items) : [];
  const width = widthOf(columns);
  return (
    <RowTable
      caption={`Activity, newest first. Times in ${timeZone}.`}
      columns={zoned(columns, timeZone)}
      narrow={narrow}
      view={view}
      pageSize={PAGE_SIZE}
      className={columnClasses.table}
    >
      {items?.map((row) => (
        <ActivityRow
          key={row.id}
          {...rows}
          row={row}
          narrow={narrow}
          width={width}
          open={open.includes(row.id)}
          fresh={view.fresh.has(row.id)}
        />
      ))}
      {kept.length > 0 && (
        <tr className={classes.divider}>
          <th scope="rowgroup" colSpan={width}>
            Open, but not on this page of the log
          </th>
        </tr>
      )}
      {kept.map((id) => (
        <KeptRow key={id} {...rows} id={id} narrow={narrow} width={width} />
      ))}
    </RowTable>
  );
}
