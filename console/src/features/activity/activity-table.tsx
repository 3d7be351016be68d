/** The rows, newest first; on a narrow screen three columns that say the same. */

import { Skeleton } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { PAGE_SIZE } from "@/api/activity";
import { ActivityRow } from "./activity-row";
import classes from "./activity-table.module.css";
import { KeptRow } from "./kept-row";
import { keptOpen } from "./pages";
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

function Loading({ columns }: { columns: number }) {
  return Array.from({ length: PAGE_SIZE }, (_, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
    <tr key={index} className={classes.loading}>
      <td colSpan={columns}>
        <Skeleton height={10} width={`${88 - ((index * 7) % 30)}%`} radius="xl" />
      </td>
    </tr>
  ));
}

export function ActivityTable({ view, ...rows }: RowsProps & { view: View }) {
  const narrow = useMediaQuery("(max-width: 760px)", undefined, { getInitialValueInEffect: false });
  const columns = narrow ? NARROW : WIDE;
  const items = view.page?.items;
  const open = rows.search.open ?? [];
  const kept = items && !view.old ? keptOpen(open, items) : [];
  const width = columns.length + 1;
  return (
    <table
      className={classes.table}
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
        {!items && !view.problem && <Loading columns={width} />}
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
