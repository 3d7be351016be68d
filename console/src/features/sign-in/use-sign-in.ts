/** Signing in: with the password, and where the account has a second factor, with a code as well. */

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { asProblem } from "@/api/problem";
import { signIn } from "@/api/session";
import type { Session } from "@/api/types";
import { useCountdown } from "@/components/use-countdown";
import { refusalOf, type Step } from "./words";

export interface SigningIn {
  step: Step;
  go: (step: Step) => void;
  /** Tries; *code* is that of the app or a recovery code. */
  attempt: (code?: string) => void;
  busy: boolean;
  /** How many attempts were refused: each gives the field back to who types. */
  refusals: number;
  refusal: [title: string, detail: string] | null;
  /** Seconds until the next attempt is worth it. */
  wait: number;
}

export function useSignIn(
  email: string,
  password: string,
  onSignedIn: (session: Session, by: Step) => void,
): SigningIn {
  const [step, setStep] = useState<Step>("password");
  const [refusals, setRefusals] = useState(0);
  const [wait, startWait] = useCountdown();
  const signing = useMutation({
    mutationFn: (code: string | undefined) => signIn(email.trim(), password, code),
    meta: { signsIn: true },
    onSuccess: (session) => onSignedIn(session, step),
    onError: (thrown) => {
      const problem = asProblem(thrown);
      if (problem.codeRequired) {
        go("code");
        return;
      }
      // The password is no longer the right one: that is asked for on the page before.
      if (problem.kind === "wrong-credentials" && problem.field !== "code") setStep("password");
      startWait(problem.retryAfter ?? 0);
      setRefusals((count) => count + 1);
    },
  });
  const go = (to: Step) => {
    setStep(to);
    // A wait goes on, and stays said.
    if (wait === 0) signing.reset();
  };
  return {
    step,
    go,
    attempt: (code) => wait === 0 && !signing.isPending && signing.mutate(code),
    busy: signing.isPending,
    refusals,
    refusal: signing.error ? refusalOf(signing.error, step, wait) : null,
    wait,
  };
}
