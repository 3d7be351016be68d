/** Says what new recovery codes, or going without a second factor, mean; then does it. */

import { removeSecondFactor, renewRecoveryCodes } from "@/api/account";
import { ChangeForm } from "@/components/change-form";
import { Dialog } from "@/components/dialog";
import classes from "@/components/dialog.module.css";
import { useChange } from "@/components/use-change";

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

interface QuestionProps {
  change: Change;
  onClose: () => void;
  onCodes: (codes: string[]) => void;
  onRemoved: () => void;
}

function Question({ change, onClose, onCodes, onRemoved }: QuestionProps) {
  const { words, button } = WORDS[change];
  const changing = useChange({
    request: async () => {
      if (change === "codes") return renewRecoveryCodes();
      await removeSecondFactor();
      return null;
    },
    stale: [],
    onDone: (codes) => (codes ? onCodes(codes) : onRemoved()),
  });
  return (
    <ChangeForm
      change={changing}
      label={button}
      danger={change === "removal"}
      onSubmit={() => changing.send(undefined)}
      onCancel={onClose}
    >
      <p className={classes.words}>{words}</p>
    </ChangeForm>
  );
}

type ChangeDialogProps = Omit<QuestionProps, "change"> & { asking: Change | null };

export function ChangeDialog({ asking, ...question }: ChangeDialogProps) {
  return (
    <Dialog
      title={asking ? WORDS[asking].title : ""}
      opened={asking !== null}
      onClose={question.onClose}
      // Where it was opened may be gone by then: who opened it knows.
      returnFocus={false}
      size={420}
    >
      {asking && <Question key={asking} change={asking} {...question} />}
    </Dialog>
  );
}
