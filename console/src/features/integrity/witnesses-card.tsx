/** The witnesses: what the last conversation with each came to. */

import type { WitnessReport } from "@/api/types";
import { Card } from "@/components/card";
import { Timestamp } from "@/components/timestamp";
import classes from "./integrity.module.css";
import { State, type Tone } from "./state";

const STATES: Record<string, [tone: Tone, words: string]> = {
  cosigns: ["good", "Cosigns"],
  unreachable: ["plain", "Does not answer"],
  refuses: ["bad", "Refuses"],
  fork: ["bad", "Saw another history"],
  roll_back: ["bad", "Saw a longer history"],
};

function Row({ witness }: { witness: WitnessReport }) {
  const [tone, words] = STATES[witness.state] ?? ["plain", witness.state];
  return (
    <tr>
      <th scope="row" className={classes.name}>
        {witness.name}
      </th>
      <td>
        <State tone={tone as Tone}>{words}</State>
        {witness.detail && <span className={classes.sub}>{witness.detail}</span>}
      </td>
      <td>
        <Timestamp instant={witness.since} />
      </td>
      <td>
        <Timestamp instant={witness.at} />
      </td>
    </tr>
  );
}

interface WitnessesCardProps {
  witnesses: readonly WitnessReport[];
  quorum: number;
}

export function WitnessesCard({ witnesses, quorum }: WitnessesCardProps) {
  return (
    <Card
      title="Witnesses"
      words={
        quorum > 0
          ? `Servers of others, who sign only what extends what they saw. ${quorum} of ${witnesses.length} must have signed.`
          : "Servers of others, who sign only what extends what they saw. None is configured: nobody but the operator says that there is one history."
      }
    >
      {witnesses.length > 0 && (
        <div className={classes.wide}>
          <table className={classes.table}>
            <caption className={classes.hidden}>Witnesses</caption>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">State</th>
                <th scope="col">Since</th>
                <th scope="col">Last answer</th>
              </tr>
            </thead>
            <tbody>
              {witnesses.map((each) => (
                <Row key={each.name} witness={each} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}
