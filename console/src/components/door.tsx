/** A page of one card, for those who are not inside yet. */

import type { ReactNode } from "react";
import classes from "./door.module.css";

interface DoorProps {
  mark: string;
  title: string;
  wide?: boolean;
  /** What stands below the card. */
  note?: ReactNode;
  children: ReactNode;
}

export function Door({ mark, title, wide, note, children }: DoorProps) {
  return (
    <main className={classes.page}>
      <div className={classes.card} data-wide={wide || undefined}>
        <img src={mark} alt="" width={36} height={36} />
        <h1 className={classes.title}>{title}</h1>
        {children}
      </div>
      {note && <p className={classes.note}>{note}</p>}
    </main>
  );
}
