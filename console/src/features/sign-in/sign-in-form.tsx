/** Two steps: e-mail and password, and where the account has a second factor, a code. */

import { useState } from "react";
import type { Session } from "@/api/types";
import { Door } from "@/components/door";
import { Notice } from "@/components/notice";
import { CodeStep } from "./code-step";
import { PasswordStep } from "./password-step";
import { useSignIn } from "./use-sign-in";
import { type Reason, type Step, wordsOf } from "./words";

interface SignInFormProps {
  mark: string;
  reason: Reason | undefined;
  /** The address to begin with, where it is known. */
  email: string | undefined;
  onSignedIn: (session: Session, by: Step) => void;
}

const TITLES: Record<Step, string> = {
  password: "Sign in to Indelible",
  code: "Enter your code",
  recovery: "Enter a recovery code",
};

export function SignInForm({ mark, reason, onSignedIn, ...known }: SignInFormProps) {
  const [email, setEmail] = useState(known.email ?? "");
  const [password, setPassword] = useState("");
  const signing = useSignIn(email, password, onSignedIn);
  const { step, refusal } = signing;
  const [why, hint] = reason ? wordsOf(reason) : [];
  return (
    <Door
      mark={mark}
      title={TITLES[step]}
      note="Sign-ins, also failed ones, are recorded in the audit log."
    >
      {refusal && <Notice tone="danger" title={refusal[0]} detail={refusal[1]} />}
      {!refusal && why && step === "password" && <Notice tone="info" title={why} detail={hint} />}
      {step === "password" ? (
        <PasswordStep
          email={email}
          onEmail={setEmail}
          password={password}
          onPassword={setPassword}
          signing={signing}
        />
      ) : (
        <CodeStep
          key={step}
          email={email.trim()}
          recovery={step === "recovery"}
          signing={signing}
        />
      )}
    </Door>
  );
}
