/** A row of which only place, time and hash are left: its retention period is over. */

import type { Row } from "@/api/types";
import classes from "@/components/rows.module.css";
import { Timestamp } from "@/components/timestamp";

export const PURGED = "Purged when its retention period was over";

/** In place of all columns behind the time. */
export function PurgedCells({ row, narrow, width }: { row: Row; narrow: boolean; width: number }) {
  const words = <span className={classes.none}>{PURGED}</span>;
  if (narrow) {
    return (
      <td data-column="what">
        <div className={classes.stacked}>
          {words}
          <span className={classes.second}>
            <Timestamp instant={row.time} />
          </span>
        </div>
      </td>
    );
  }
  return (
    <>
      <td data-column="time">
        <Timestamp instant={row.time} />
      </td>
      <td colSpan={width - 2}>{words}</td>
    </>
  );
}
