/** What a change is about and what follows from it, before one says yes. */

import type { ReactNode } from "react";
import classes from "./consequences.module.css";

interface ConsequencesProps {
  /** What the change is about, for those who don't see it. */
  label: string;
  facts: readonly (readonly [name: string, value: ReactNode])[];
  /** A sentence each. */
  words: readonly ReactNode[];
}

export function Consequences({ label, facts, words }: ConsequencesProps) {
  return (
    <>
      <dl className={classes.facts} aria-label={label}>
        {facts.map(([name, value]) => (
          <div key={name} className={classes.fact}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <ul className={classes.words}>
        {words.map((sentence, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a fixed list of sentences
          <li key={index}>{sentence}</li>
        ))}
      </ul>
    </>
  );
}
