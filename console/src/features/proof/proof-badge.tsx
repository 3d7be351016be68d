/** Says whether an entry's proof holds, as this browser found; opens the way from leaf to witness. */

import { Loader, Tooltip, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import {
  IconShieldCheck,
  IconShieldCheckFilled,
  IconShieldExclamation,
  IconShieldOff,
  IconShieldX,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Entry } from "@/api/types";
import { Dialog } from "@/components/dialog";
import type { ProofState } from "./judge";
import classes from "./proof.module.css";
import { ProofPanel } from "./proof-panel";
import { useProof } from "./use-proof";

interface Look {
  label: string;
  hint: string;
  tone: "good" | "plain" | "bad";
  icon: ReactNode;
}

const SIZE = 15;

const LOOKS: Record<ProofState, Look> = {
  witnessed: {
    label: "Proved and witnessed",
    hint: "This browser checked it up to the witnesses",
    tone: "good",
    icon: <IconShieldCheckFilled size={SIZE} aria-hidden />,
  },
  published: {
    label: "Proved",
    hint: "This browser checked it up to the root log; no witness has cosigned that yet",
    tone: "good",
    icon: <IconShieldCheck size={SIZE} aria-hidden />,
  },
  signed: {
    label: "Proved in its log",
    hint: "This browser checked it; its log is about to be published",
    tone: "plain",
    icon: <IconShieldCheck size={SIZE} aria-hidden />,
  },
  stranger: {
    label: "Signed by an unknown key",
    hint: "The proof holds, by another key than the one expected",
    tone: "bad",
    icon: <IconShieldExclamation size={SIZE} aria-hidden />,
  },
  broken: {
    label: "Proof does not hold",
    hint: "What is shown is not what was signed",
    tone: "bad",
    icon: <IconShieldX size={SIZE} aria-hidden />,
  },
};

const UNCHECKED: Look = {
  label: "Not checked",
  hint: "The proof could not be checked here",
  tone: "plain",
  icon: <IconShieldOff size={SIZE} aria-hidden />,
};

export function ProofBadge({ entry }: { entry: Entry }) {
  const [opened, { open, close }] = useDisclosure(false);
  const proof = useProof(entry);
  if (proof.isPending) {
    return (
      <span className={classes.badge} data-tone="plain" role="status">
        <Loader size={12} color="gray" aria-hidden /> Checking proof
      </span>
    );
  }
  const look = proof.data ? LOOKS[proof.data.state] : UNCHECKED;
  return (
    <>
      <Tooltip label={look.hint} events={{ hover: true, focus: true, touch: false }}>
        <UnstyledButton
          className={classes.badge}
          data-tone={look.tone}
          data-proof={proof.data?.state ?? "unchecked"}
          onClick={open}
          aria-haspopup="dialog"
        >
          {look.icon}
          {look.label}
        </UnstyledButton>
      </Tooltip>
      <Dialog
        opened={opened}
        onClose={close}
        title={`Proof of entry ${entry.seq.toLocaleString("en")}`}
        size={620}
      >
        <ProofPanel entry={entry} proof={proof} />
      </Dialog>
    </>
  );
}
