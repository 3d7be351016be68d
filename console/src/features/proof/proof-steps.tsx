/** Leaf, log, root log, witnesses: who says what, and that it was checked. */

import { IconCircleCheckFilled, IconCircleDashed } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Timestamp } from "@/components/timestamp";
import { toHex } from "@/proof/bytes";
import type { Verdict } from "@/proof/evidence";
import { fingerprint } from "@/proof/key";
import { pinnedFor } from "@/proof/pins";
import classes from "./proof.module.css";

interface StepProps {
  title: string;
  done?: boolean;
  children: ReactNode;
}

function Step({ title, done = true, children }: StepProps) {
  const Icon = done ? IconCircleCheckFilled : IconCircleDashed;
  return (
    <li className={classes.step} data-done={done || undefined}>
      <Icon size={18} className={classes.mark} aria-label={done ? "Holds" : "Not yet"} />
      <div>
        <h3>{title}</h3>
        {children}
      </div>
    </li>
  );
}

function counted(size: bigint): string {
  return size.toLocaleString("en");
}

function Root({ root }: { root: NonNullable<Verdict["root"]> }) {
  const { checkpoint, index } = root.file;
  return (
    <Step title="The log’s checkpoint is in the root log">
      <p>
        It is leaf {counted(index)} of <code>{checkpoint.origin}</code>, under its checkpoint of{" "}
        {counted(checkpoint.size)} leaves with the root <code>{toHex(checkpoint.root)}</code>.
      </p>
      {root.timestamps > 0 && (
        <p>
          {root.timestamps === 1 ? "A time-stamp comes" : `${root.timestamps} time-stamps come`}{" "}
          with it, for <code>indelible verify</code> to check.
        </p>
      )}
    </Step>
  );
}

function Witnesses({ root }: { root: Verdict["root"] }) {
  const cosigned = root?.cosignatures ?? [];
  if (cosigned.length === 0) {
    return (
      <Step title="No witness has cosigned it" done={false}>
        <p>
          {root
            ? "So far the operator alone says that there is one history, the same for everybody."
            : "The log is published every few seconds; this page looks again by itself."}
        </p>
      </Step>
    );
  }
  return (
    <Step title={cosigned.length === 1 ? "A witness cosigned it" : "Witnesses cosigned it"}>
      <ul className={classes.witnesses}>
        {cosigned.map(({ key, time }) => (
          <li key={key.text}>
            <code>{key.name}</code> saw the root log grow to this, nothing taken back,{" "}
            <Timestamp instant={new Date((time ?? 0) * 1000).toISOString()} />
          </li>
        ))}
      </ul>
    </Step>
  );
}

export function ProofSteps({ verdict }: { verdict: Verdict }) {
  const { log, key, root, disclosures } = verdict;
  const print = useQuery({
    queryKey: ["fingerprint", key.text],
    queryFn: () => fingerprint(key),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const pin = pinnedFor(window.localStorage, key.name);
  const names = Object.keys(disclosures);
  return (
    <ol className={classes.steps}>
      <Step title="What is shown is what was recorded">
        <p>
          The row was compared with the entry’s bytes
          {names.length > 0 && ` and with what they commit to: ${names.join(", ")}`}.
        </p>
      </Step>
      <Step title={`It is entry ${counted(log.index)} of its log`}>
        <p>
          <code>{log.checkpoint.origin}</code> has {counted(log.checkpoint.size)} entries under the
          root <code>{toHex(log.checkpoint.root)}</code>.
        </p>
      </Step>
      <Step title="The log’s key signed that">
        <p>
          Its fingerprint is <code>{print.data}</code>
        </p>
        {pin && (
          <p>
            This browser expects it since <Timestamp instant={pin.since} />.
          </p>
        )}
      </Step>
      {root ? (
        <Root root={root} />
      ) : (
        <Step title="The root log does not have it yet" done={false}>
          <p>Every log that moved is published there within seconds.</p>
        </Step>
      )}
      <Witnesses root={root} />
    </ol>
  );
}
