/** The words of the sign-in page. */

import { asProblem, type Problem } from "@/api/problem";

/** Why somebody comes to sign in. */
export type Reason = "ended" | "out" | "revoked" | "password" | "assumption";

const REASONS: Record<Reason, [title: string, detail: string]> = {
  ended: ["Your session has ended.", "Sign in and you are back where you were."],
  out: ["You are signed out.", ""],
  password: ["Your password is set.", "Sign in with it."],
  assumption: ["The assumed identity has ended.", "Sign in again to go on as yourself."],
  revoked: [
    "Your session was revoked.",
    "Why it was is recorded in the audit log. You can sign in again.",
  ],
};

export function isReason(value: unknown): value is Reason {
  return typeof value === "string" && Object.hasOwn(REASONS, value);
}

export function wordsOf(reason: Reason): [title: string, detail: string] {
  return REASONS[reason];
}

/** Which proof was asked for when it was refused. */
export type Step = "password" | "code" | "recovery";

function wrong(step: Step, problem: Problem): [title: string, detail: string] {
  if (step === "password" || problem.field !== "code") {
    return ["Wrong e-mail or password.", "Check both and try again."];
  }
  return step === "code"
    ? ["Wrong code.", "Wait for the next one of your app: each counts once, and not for long."]
    : ["Wrong recovery code.", "Each of them counts once. Is it one that you used?"];
}

/** The refusal in words; what the wait is stands beside it and counts down. */
export function refusalOf(
  thrown: unknown,
  step: Step,
  wait: number,
): [title: string, detail: string] {
  const problem = asProblem(thrown);
  if (problem.status === 401) return wrong(step, problem);
  if (problem.status === 429) {
    const when = wait > 0 ? `Try again in ${wait} s.` : "You can try again now.";
    return ["Too many attempts.", when];
  }
  return [`${problem.title}.`, problem.detail];
}
