/** Asks for the password or a code before a change goes on. */

import { Anchor, Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { CodeField } from "./code-field";
import { Dialog } from "./dialog";
import classes from "./dialog.module.css";
import { Notice } from "./notice";
import { PasswordField } from "./password-field";
import { useCountdown } from "./use-countdown";

/** One of the two, never both. */
export type Proof = { password: string } | { code: string };
export type Prove = (proof: Proof) => Promise<void>;

/** What went wrong, as the API says it. */
export interface Refusal {
  title: string;
  detail: string;
  kind?: string | undefined;
  retryAfter?: number | undefined;
  stepUpRequired: boolean;
}

interface StepUpFormProps {
  prove: Prove;
  read: (thrown: unknown) => Refusal;
  secondFactor: boolean;
  onProved: () => void;
  onCancel: () => void;
}

function StepUpForm({ prove, read, secondFactor, onProved, onCancel }: StepUpFormProps) {
  const [by, setBy] = useState<"code" | "password">(secondFactor ? "code" : "password");
  const [said, setSaid] = useState("");
  const [wait, startWait] = useCountdown();
  const field = useRef<HTMLInputElement>(null);
  const attempt = useMutation({
    mutationFn: (proof: string) => prove(by === "code" ? { code: proof } : { password: proof }),
    onSuccess: onProved,
    onError: (thrown) => {
      startWait(read(thrown).retryAfter ?? 0);
      field.current?.select();
    },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another field takes the focus
  useEffect(() => field.current?.focus(), [by]);
  const send = (proof: string) => {
    if (wait === 0 && !attempt.isPending) attempt.mutate(proof);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send(said);
  };
  const change = () => {
    setBy(by === "code" ? "password" : "code");
    setSaid("");
    attempt.reset();
  };
  const refusal = attempt.error ? read(attempt.error) : null;
  const wrong = refusal?.kind === "wrong-credentials";
  return (
    <form onSubmit={submit} className={classes.form}>
      <p className={classes.words}>
        It is more than 10 minutes since you last proved who you are, and this change asks for it.
      </p>
      {by === "code" ? (
        <CodeField
          ref={field}
          label="Code from your authenticator app"
          description="It is checked as soon as it is whole."
          data-autofocus
          value={said}
          error={wrong && "Wrong code, or one that was used already."}
          onType={setSaid}
          onWhole={send}
        />
      ) : (
        <PasswordField
          ref={field}
          label="Your password"
          name="password"
          autoComplete="current-password"
          data-autofocus
          value={said}
          error={wrong && "Wrong password."}
          onType={setSaid}
        />
      )}
      {refusal && !wrong && (
        <Notice tone="danger" title={`${refusal.title}.`} detail={refusal.detail} />
      )}
      {secondFactor && (
        <Anchor component="button" type="button" size="sm" ta="left" onClick={change}>
          {by === "code" ? "Use your password instead" : "Use a code instead"}
        </Anchor>
      )}
      <div className={classes.actions}>
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" loading={attempt.isPending} disabled={wait > 0}>
          {wait > 0 ? `Wait ${wait} s` : "Confirm"}
        </Button>
      </div>
    </form>
  );
}

export function StepUpDialog({ opened, ...form }: StepUpFormProps & { opened: boolean }) {
  return (
    <Dialog
      title="Confirm that it is you"
      opened={opened}
      onClose={form.onCancel}
      returnFocus={false}
      size={400}
      above
    >
      {opened && <StepUpForm {...form} />}
    </Dialog>
  );
}
