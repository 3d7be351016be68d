/** A section of the page, with its heading and a sentence on what it is. */

import { type ReactNode, useId } from "react";
import classes from "./integrity.module.css";

interface CardProps {
  title: string;
  words: ReactNode;
  children: ReactNode;
}

export function Card({ title, words, children }: CardProps) {
  const heading = useId();
  return (
    <section className={classes.card} aria-labelledby={heading}>
      <h2 id={heading} className={classes.heading}>
        {title}
      </h2>
      <p className={classes.words}>{words}</p>
      {children}
    </section>
  );
}
