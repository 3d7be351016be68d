/** The way from an entry's bytes to the witnesses, each step with what was found. */

import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import type { UseQueryResult } from "@tanstack/react-query";
import { asProblem } from "@/api/problem";
import { evidenceAddress } from "@/api/proof";
import type { Entry } from "@/api/types";
import { CopyButton } from "@/components/copy-button";
import { Notice } from "@/components/notice";
import { type Judgement, NoSecureContext } from "./judge";
import classes from "./proof.module.css";
import { ProofSteps } from "./proof-steps";
import { StrangerNotice } from "./stranger-notice";

interface ProofPanelProps {
  entry: Entry;
  proof: UseQueryResult<Judgement>;
}

function fileName(entry: Entry): string {
  return `${entry.log.split("/").at(-1)}-${entry.seq}.evidence.json`;
}

function Failure({ proof }: { proof: UseQueryResult<Judgement> }) {
  if (proof.error instanceof NoSecureContext) {
    return (
      <Notice
        tone="info"
        title="This page came over plain HTTP."
        detail="Browsers check signatures on https:// pages alone. Download the proof and use indelible verify."
      />
    );
  }
  const { title, detail } = asProblem(proof.error);
  const action = {
    label: "Try again",
    run: () => void proof.refetch(),
    busy: proof.isFetching,
  };
  return <Notice tone="danger" title={`${title}.`} detail={detail} action={action} />;
}

export function ProofPanel({ entry, proof }: ProofPanelProps) {
  const judgement = proof.data;
  const command = `indelible verify ${fileName(entry)}`;
  return (
    <div className={classes.panel}>
      {!judgement && <Failure proof={proof} />}
      {judgement?.faults.map((fault) => (
        <Notice key={fault} tone="danger" title="The proof does not hold." detail={fault} />
      ))}
      {judgement?.strangers[0] && (
        <StrangerNotice
          signer={judgement.strangers[0]}
          all={judgement.strangers}
          onTrust={() => void proof.refetch()}
        />
      )}
      {judgement?.verdict && <ProofSteps verdict={judgement.verdict} />}
      <div className={classes.take}>
        <p>
          Checked by this page, from the entry’s bytes. Anybody can check the same anywhere else:
          download the proof and run
        </p>
        <Button
          component="a"
          href={evidenceAddress(entry.id)}
          download={fileName(entry)}
          variant="default"
          size="xs"
          leftSection={<IconDownload size={15} aria-hidden />}
        >
          Download proof
        </Button>
        <div className={classes.command}>
          <code>{command}</code>
          <CopyButton value={command} label="Copy command" />
        </div>
      </div>
    </div>
  );
}
