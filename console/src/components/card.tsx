/** A part of a page with a heading of its own. */

import { type ReactNode, type Ref, useId } from "react";
import classes from "./card.module.css";

interface CardProps {
  title: string;
  words?: ReactNode;
  /** Buttons for all of it. */
  actions?: ReactNode;
  /** The heading, for whoever moves the focus there when a button below it is gone. */
  headingRef?: Ref<HTMLHeadingElement>;
  children?: ReactNode;
}

export function Card({ title, words, actions, headingRef, children }: CardProps) {
  const heading = useId();
  return (
    <section className={classes.card} aria-labelledby={heading}>
      <div className={classes.head}>
        <div>
          <h2 id={heading} ref={headingRef} tabIndex={-1} className={classes.heading}>
            {title}
          </h2>
          {words && <p className={classes.words}>{words}</p>}
        </div>
        {actions}
      </div>
      {children}
    </section>
  );
}
