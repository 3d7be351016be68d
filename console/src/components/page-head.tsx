/** The head of a page: its name, its tabs, and what one can begin here. */

import type { ReactNode } from "react";
import classes from "./page-head.module.css";

interface PageHeadProps {
  title: string;
  /** Beside the title. */
  children?: ReactNode;
  /** At the far end. */
  action?: ReactNode;
}

export function PageHead({ title, children, action }: PageHeadProps) {
  return (
    <div className={classes.head}>
      <h1 className={classes.title}>{title}</h1>
      {children}
      {action && <div className={classes.end}>{action}</div>}
    </div>
  );
}
