/** The log's key is not the one that this browser knows: a person has to compare fingerprints. */

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Notice } from "@/components/notice";
import { toBase64 } from "@/proof/bytes";
import { fingerprint, type VerifierKey } from "@/proof/key";
import { pin } from "@/proof/pins";
import classes from "./proof.module.css";

interface StrangerNoticeProps {
  signer: VerifierKey;
  /** All that are unknown: one operator signs the log and the root log with the same key. */
  all: readonly VerifierKey[];
  onTrust: () => void;
}

export function StrangerNotice({ signer, all, onTrust }: StrangerNoticeProps) {
  const print = useQuery({
    queryKey: ["fingerprint", signer.text],
    queryFn: () => fingerprint(signer),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const trust = () => {
    // One comparison of fingerprints is enough for every log that this key signs.
    const same = all.filter((each) => toBase64(each.publicKey) === toBase64(signer.publicKey));
    for (const each of same) pin(window.localStorage, each, new Date());
    onTrust();
  };
  return (
    <div className={classes.stranger}>
      <Notice
        tone="danger"
        title="Another key signed than the one this browser knows."
        detail="That is right after the operator changed the key, and wrong at any other time. Compare the fingerprint with one that you got another way."
      />
      <code className={classes.print}>{print.data}</code>
      <Button variant="default" size="compact-sm" onClick={trust}>
        The fingerprint is right: expect this key from now on
      </Button>
    </div>
  );
}
