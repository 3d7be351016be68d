/** How the logs stand: what holds, what does not, and whose word it is. */

import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { asProblem } from "@/api/problem";
import type { Integrity } from "@/api/types";
import { NoAnswer } from "@/components/no-answer";
import { Notice } from "@/components/notice";
import { PageHead } from "@/components/page-head";
import { CheckCard } from "./check-card";
import { IndexCard } from "./index-card";
import classes from "./integrity.module.css";
import { KeysCard } from "./keys-card";
import { LogsCard } from "./logs-card";
import { integrityQuery } from "./queries";
import { RootCard } from "./root-card";
import { faultsOf, type Seen } from "./verdict";
import { WitnessesCard } from "./witnesses-card";

interface IntegrityPageProps {
  /** Names of tenants by id; null for those who see one alone. */
  names: ReadonlyMap<string, string> | null;
}

function Verdict({ integrity, seen }: { integrity: Integrity; seen: Seen | null }) {
  const faults = faultsOf(integrity, seen);
  if (faults.length === 0) {
    return (
      <p className={classes.holds} role="status">
        <strong>Nothing here contradicts itself.</strong> What is listed can be proved by anybody:
        an entry’s badge checks it in this browser, <code>indelible verify</code> an export, and{" "}
        <code>indelible monitor</code> a whole log.
      </p>
    );
  }
  return faults.map((fault) => (
    <Notice key={fault.title} tone="danger" title={fault.title} detail={fault.detail} />
  ));
}

function Cards({ integrity, names }: { integrity: Integrity } & IntegrityPageProps) {
  return (
    <div className={classes.cards}>
      <RootCard integrity={integrity} />
      <WitnessesCard witnesses={integrity.witnesses} quorum={integrity.quorum} />
      <LogsCard logs={integrity.logs} names={names} />
      {names && <CheckCard check={integrity.lastCheck} />}
      <KeysCard keys={integrity.keys} />
      {integrity.index && <IndexCard index={integrity.index} />}
    </div>
  );
}

export function IntegrityPage({ names }: IntegrityPageProps) {
  const { data, error, refetch, isFetching } = useQuery(integrityQuery);
  const recovery = { label: "Try again", run: () => void refetch(), busy: isFetching };
  return (
    <div className={classes.page}>
      <PageHead title="Integrity" />
      {!data && !error && (
        <div role="status" aria-label="Loading how the logs stand">
          <Skeleton height={64} mb={14} radius={10} />
          <Skeleton height={180} radius={10} />
        </div>
      )}
      {!data && error && <NoAnswer problem={asProblem(error)} recovery={recovery} />}
      {data && error && (
        <Notice
          tone="danger"
          title="What is shown is not up to date."
          detail={asProblem(error).title}
          action={recovery}
        />
      )}
      {data && (
        <>
          <Verdict integrity={data.integrity} seen={data.seen} />
          <Cards integrity={data.integrity} names={names} />
        </>
      )}
    </div>
  );
}
