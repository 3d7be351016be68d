/** The rows, newest first; on a narrow screen three columns that say the same. */

import { useMediaQuery } from "@mantine/hooks";
import { PAGE_SIZE } from "@/api/page";
import { LoadingRows } from "@/components/loading-rows";
import { keptOpen } from "@/components/pages";
import classes from "@/components/rows.module.css";
import { ActivityRow } from "./activity-row";
import columnClasses from "./activity-table.module.css";
import { KeptRow } from "./kept-row";
import type { RowsProps } from "./rows";
import type { View } from "./use-view";

interface Column {
  name: string;
  label: string;
}

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

export function ActivityTable({ view, ...rows }: RowsProps & { view: View }) {
  const narrow = useMediaQuery("(max-width: 760px)", undefined, { getInitialValueInEffect: false });
  const columns = narrow ? NARROW : WIDE;
  const items = view.page?.items;
  const open = rows.search.open ?? [];
  const kept = items && !view.old ? keptOpen(open, items) : [];
  const width = columns.length + 1;
  return (
    <table
      className={`${classes.table} ${columnClasses.table}`}
      aria-busy={view.loading && (view.old || !items)}
      data-old={view.old || undefined}
      data-narrow={narrow || undefined}
    >
      <caption className={classes.caption}>
        Activity, newest first. Times in {rows.dates.timeZone}.
      </caption>
      <thead>
        <tr>
          <th scope="col" data-column="open">
            <span className={classes.hidden}>Details</span>
          </th>
          {columns.map(({ name, label }) => (
            <th key={name} scope="col" data-column={name}>
              {label}
              {name === "time" && <span className={classes.zone}> {rows.dates.timeZone}</span>}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {!items && !view.problem && <LoadingRows rows={PAGE_SIZE} columns={width} />}
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
      </tbody>
    </table>
  );
}
