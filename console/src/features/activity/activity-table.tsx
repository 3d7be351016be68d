/** The rows, newest first; on a narrow screen one column that says the same. */

import { PAGE_SIZE } from "@/api/page";
import { keptOpen } from "@/components/pages";
import { type Column, RowTable } from "@/components/row-table";
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

const NARROW: Column[] = [{ name: "what", label: "Activity" }];

/** The head says in which zone the times are. */
function zoned(columns: Column[], timeZone: string): Column[] {
  return columns.map((column) =>
    column.name === "time" ? { ...column, beside: timeZone } : column,
  );
}

export function ActivityTable({ view, ...rows }: RowsProps & { view: View }) {
  const { timeZone } = rows.dates;
  const items = view.page?.items;
  const open = rows.search.open ?? [];
  const kept = items && !view.old ? keptOpen(open, items) : [];
  return (
    <RowTable
      caption={`Activity, newest first. Times in ${timeZone}.`}
      wide={zoned(WIDE, timeZone)}
      narrow={NARROW}
      upTo={900}
      view={view}
      pageSize={PAGE_SIZE}
      className={columnClasses.table}
    >
      {(shape) => (
        <>
          {items?.map((row) => (
            <ActivityRow
              key={row.id}
              {...rows}
              row={row}
              {...shape}
              open={open.includes(row.id)}
              fresh={view.fresh.has(row.id)}
            />
          ))}
          {kept.length > 0 && (
            <tr className={classes.divider}>
              <th scope="rowgroup" colSpan={shape.width}>
                Open, but not on this page of the log
              </th>
            </tr>
          )}
          {kept.map((id) => (
            <KeptRow key={id} {...rows} id={id} {...shape} />
          ))}
        </>
      )}
    </RowTable>
  );
}
