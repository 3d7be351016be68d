/** What stands where there is nothing to show: why, and the way on. */

import type { ReactNode } from "react";
import classes from "./blank.module.css";

interface BlankProps {
  icon: ReactNode;
  title: string;
  children: ReactNode;
  actions?: ReactNode;
  /** h1 on a page of its own, h2 inside one. */
  level?: 1 | 2;
}

export function Blank({ icon, title, children, actions, level = 2 }: BlankProps) {
  const Heading = level === 1 ? "h1" : "h2";
  return (
    <div className={classes.blank}>
      <span className={classes.icon} aria-hidden>
        {icon}
      </span>
      <Heading className={classes.title}>{title}</Heading>
      <div className={classes.words}>{children}</div>
      {actions && <div className={classes.actions}>{actions}</div>}
    </div>
  );
}
