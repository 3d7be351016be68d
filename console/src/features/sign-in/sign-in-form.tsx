/** E-mail and password. A second factor will be a further step of this form. */

import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { asProblem } from "@/api/problem";
import { signIn } from "@/api/session";
import type { Session } from "@/api/types";
import { Notice } from "@/components/notice";
import { useCountdown } from "@/components/use-countdown";
import classes from "./sign-in-form.module.css";

export type Reason = "ended" | "out" | "revoked";

const REASONS: Record<Reason, [title: string, detail: string]> = {
  ended: ["Your session has ended.", "Sign in and you are back where you were."],
  out: ["You are signed out.", ""],
  revoked: [
    "Your session was revoked.",
    "Why it was is recorded in the audit log. You can sign in again.",
  ],
};

export function isReason(value: unknown): value is Reason {
  return typeof value === "string" && Object.hasOwn(REASONS, value);
}

/** The refusal in words; what the wait is stands beside it and counts down. */
function words(thrown: unknown, wait: number): [title: string, detail: string] {
  const problem = asProblem(thrown);
  if (problem.status === 401) return ["Wrong e-mail or password.", "Check both and try again."];
  if (problem.status === 429) {
    const when = wait > 0 ? `Try again in ${wait} s.` : "You can try again now.";
    return ["Too many attempts.", when];
  }
  return [`${problem.title}.`, problem.detail];
}

interface SignInFormProps {
  mark: string;
  reason: Reason | undefined;
  onSignedIn: (session: Session) => void;
}

export function SignInForm({ mark, reason, onSignedIn }: SignInFormProps) {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const passwordField = useRef<HTMLInputElement>(null);
  const [wait, startWait] = useCountdown();
  const attempt = useMutation({
    mutationFn: () => signIn(email.trim(), password),
    meta: { signsIn: true },
    onSuccess: onSignedIn,
    onError: (thrown) => {
      startWait(asProblem(thrown).retryAfter ?? 0);
      passwordField.current?.select();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wait === 0 && !attempt.isPending) attempt.mutate();
  };
  const [title, detail] = attempt.isError ? words(attempt.error, wait) : ["", ""];
  return (
    <main className={classes.page}>
      <div className={classes.card}>
        <img src={mark} alt="" width={36} height={36} />
        <h1 className={classes.title}>Sign in to Indelible</h1>
        {attempt.isError ? (
          <Notice tone="danger" title={title} detail={detail} />
        ) : (
          reason && <Notice tone="info" title={REASONS[reason][0]} detail={REASONS[reason][1]} />
        )}
        <form onSubmit={submit} className={classes.form}>
          <TextInput
            label="E-mail"
            type="email"
            name="email"
            autoComplete="username"
            required
            withAsterisk={false}
            autoFocus
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <PasswordInput
            ref={passwordField}
            label="Password"
            name="password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            visibilityToggleButtonProps={{ "aria-label": "Show password", tabIndex: 0 }}
          />
          <Button type="submit" fullWidth mt={4} loading={attempt.isPending} disabled={wait > 0}>
            {wait > 0 ? `Wait ${wait} s` : "Sign in"}
          </Button>
        </form>
      </div>
      <p className={classes.note}>Sign-ins, also failed ones, are recorded in the audit log.</p>
    </main>
  );
}
