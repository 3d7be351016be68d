/** The search index beside the ledger: whether it answers, and how far it has come. */

import type { IndexState } from "@/api/types";
import { Card } from "@/components/card";
import classes from "./integrity.module.css";
import { State } from "./state";
import { behindText } from "./verdict";

export function IndexCard({ index }: { index: IndexState }) {
  const entries = `${index.indexed.toLocaleString("en")} entries`;
  return (
    <Card
      title="Search index"
      words="Finds and counts entries. What it has not taken in yet is read from the ledger, so that no answer lacks it."
    >
      <p className={classes.line}>
        <State tone={index.usable && index.behind === 0 ? "good" : "plain"}>
          {index.usable ? behindText(index) : "Not in use"}
        </State>
        <span>
          {index.usable ? `${entries} in ${index.engine}` : "The ledger answers in its place."}
        </span>
      </p>
    </Card>
  );
}
