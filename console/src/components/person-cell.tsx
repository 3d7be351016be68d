/** A person in a row: the e-mail address, the name below it. Both are text, never markup. */

import type { ReactNode } from "react";
import classes from "./person-cell.module.css";

interface PersonCellProps {
  person: { email: string; name?: string | null };
  /** What marks it among the others: "You". */
  mark?: string | false | undefined;
  /** What stands beside the name. */
  children?: ReactNode;
}

export function PersonCell({ person: { email, name }, mark, children }: PersonCellProps) {
  return (
    <span className={classes.person}>
      <span className={classes.line}>
        <span className={classes.clip} title={email}>
          {email}
        </span>
        {mark && <span className={classes.mark}>{mark}</span>}
      </span>
      {(name || children) && (
        <span className={classes.line}>
          {name && (
            <span className={classes.name} title={name}>
              {name}
            </span>
          )}
          {children}
        </span>
      )}
    </span>
  );
}
