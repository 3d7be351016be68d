/** Revoking one session: the request, and the own password where the server asks for it again. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { asProblem, type Problem } from "@/api/problem";
import { stepUp } from "@/api/session";
import { revokeSession } from "@/api/sessions";
import type { LoginSession } from "@/api/types";
import { useCountdown } from "@/components/use-countdown";
import { VIEW } from "./queries";

export interface Revocation {
  /** Revokes it; the password counts once it is asked for. */
  revoke: (reason: string, password: string) => void;
  busy: boolean;
  /** The server wants the own password before it goes on. */
  asksPassword: boolean;
  wrongPassword: boolean;
  /** Any other refusal. */
  problem: Problem | null;
  /** Seconds until the next try is worth it. */
  wait: number;
}

export function useRevocation(
  session: LoginSession,
  onRevoked: (session: LoginSession) => void,
): Revocation {
  const queryClient = useQueryClient();
  const [asksPassword, askPassword] = useState(false);
  const [wait, startWait] = useCountdown();
  const refresh = () => void queryClient.invalidateQueries({ queryKey: VIEW });
  const attempt = useMutation({
    mutationFn: async ({ reason, password }: { reason: string; password: string }) => {
      if (asksPassword) await stepUp(password);
      return revokeSession(session.id, reason);
    },
    onSuccess: () => {
      onRevoked(session);
      // The rows say what the server now says; of one's own session it says that it was revoked.
      refresh();
    },
    onError: (thrown) => {
      const problem = asProblem(thrown);
      if (problem.stepUpRequired) askPassword(true);
      startWait(problem.retryAfter ?? 0);
      // Somebody was faster, or it ran out: the rows are out of date.
      if (problem.status === 409 || problem.status === 404) refresh();
    },
  });
  const problem = attempt.error ? asProblem(attempt.error) : null;
  const wrongPassword = problem?.kind === "wrong-credentials";
  return {
    revoke: (reason, password) => attempt.mutate({ reason, password }),
    busy: attempt.isPending,
    asksPassword,
    wrongPassword,
    problem: problem?.stepUpRequired || wrongPassword ? null : problem,
    wait,
  };
}
