/** The keys that sign, with the fingerprints that people compare. */

import type { LogKey } from "@/api/types";
import { Card } from "@/components/card";
import { CopyButton } from "@/components/copy-button";
import { Timestamp } from "@/components/timestamp";
import classes from "./integrity.module.css";

export function KeysCard({ keys }: { keys: readonly LogKey[] }) {
  const last = keys.length - 1;
  return (
    <Card
      title="Keys"
      words="One key signs all logs. Write its fingerprint down where nobody can change it here."
    >
      <ul className={classes.keys}>
        {keys.map((each, place) => (
          <li key={each.key}>
            <div className={classes.key}>
              <code>{each.fingerprint.replace(/(.{4})(?!$)/g, "$1 ")}</code>
              <CopyButton value={each.key} label="Copy as verifier key" />
            </div>
            <span className={classes.sub}>
              {place === last ? "Signs" : "Signed"} since <Timestamp instant={each.since} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
