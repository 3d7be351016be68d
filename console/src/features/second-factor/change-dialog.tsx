/** Says what new recovery codes, or going without a second factor, mean; then does it. */

import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { removeSecondFactor, renewRecoveryCodes } from "@/api/account";
import { asProblem } from "@/api/problem";
import { Dialog } from "@/components/dialog";
import classes from "@/components/dialog.module.css";
import { Notice } from "@/components/notice";
import { useStepUp } from "@/components/step-up";

export type Change = "codes" | "removal";

const WORDS: Record<Change, { title: string; words: string; button: string }> = {
  codes: {
    title: "Make new recovery codes?",
    words: "You get ten new ones. Those that you kept before are worth nothing from then on.",
    button: "Make new codes",
  },
  removal: {
    title: "Turn the second factor off?",
    words:
      "Your password alone will sign you in. Your recovery codes are worth nothing from then on, " +
      "and the entry in your app can be deleted.",
    button: "Turn off",
  },
};

interface ChangeFormProps {
  change: Change;
  onClose: () => void;
  onCodes: (codes: string[]) => void;
  onRemoved: () => void;
}

function ChangeForm({ change, onClose, onCodes, onRemoved }: ChangeFormProps) {
  const stepUp = useStepUp();
  const changing = useMutation({
    mutationFn: async () => {
      if (change === "codes") return stepUp(renewRecoveryCodes);
      await stepUp(removeSecondFactor);
      return null;
    },
    onSuccess: (codes) => {
      if (codes) {
        onCodes(codes);
        return;
      }
      notifications.show({
        color: "green",
        title: "Second factor turned off",
        message: "The change is in the audit log.",
      });
      onRemoved();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!changing.isPending) changing.mutate();
  };
  const problem = changing.error ? asProblem(changing.error) : null;
  const { words, button } = WORDS[change];
  return (
    <form onSubmit={submit} className={classes.form}>
      <p className={classes.words}>{words}</p>
      {problem && <Notice tone="danger" title={`${problem.title}.`} detail={problem.detail} />}
      <div className={classes.actions}>
        <Button variant="default" onClick={onClose} data-autofocus>
          Cancel
        </Button>
        <Button
          type="submit"
          loading={changing.isPending}
          {...(change === "removal" ? { className: classes.danger } : {})}
        >
          {button}
        </Button>
      </div>
    </form>
  );
}

type ChangeDialogProps = Omit<ChangeFormProps, "change"> & { asking: Change | null };

export function ChangeDialog({ asking, ...form }: ChangeDialogProps) {
  return (
    <Dialog
      title={asking ? WORDS[asking].title : ""}
      opened={asking !== null}
      onClose={form.onClose}
      // Where it was opened may be gone by then: who opened it knows.
      returnFocus={false}
      size={420}
    >
      {asking && <ChangeForm key={asking} change={asking} {...form} />}
    </Dialog>
  );
}
