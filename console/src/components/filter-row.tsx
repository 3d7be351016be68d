/** The filters of a list side by side: the search field has the room that the others leave. */

import type { ReactNode } from "react";
import classes from "./filter-row.module.css";

export function FilterRow({ label, children }: { label: string; children: ReactNode }) {
  return (
    <search className={classes.bar} aria-label={label}>
      {children}
    </search>
  );
}
