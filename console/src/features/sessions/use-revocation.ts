/** Revoking one session: the request, and what it met. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { asProblem, type Problem } from "@/api/problem";
import { revokeSession } from "@/api/sessions";
import type { LoginSession } from "@/api/types";
import { useStepUp } from "@/components/step-up";
import { useCountdown } from "@/components/use-countdown";
import { VIEW } from "./queries";

export interface Revocation {
  revoke: (reason: string) => void;
  busy: boolean;
  /** Why it was refused. */
  problem: Problem | null;
  /** Seconds until the next try is worth it. */
  wait: number;
}

export function useRevocation(
  session: LoginSession,
  onRevoked: (session: LoginSession) => void,
): Revocation {
  const queryClient = useQueryClient();
  const stepUp = useStepUp();
  const [wait, startWait] = useCountdown();
  const refresh = () => void queryClient.invalidateQueries({ queryKey: VIEW });
  const attempt = useMutation({
    mutationFn: (reason: string) => stepUp(() => revokeSession(session.id, reason)),
    onSuccess: () => {
      onRevoked(session);
      // The rows say what the server now says; of one's own session it says that it was revoked.
      refresh();
    },
    onError: (thrown) => {
      const problem = asProblem(thrown);
      startWait(problem.retryAfter ?? 0);
      // Somebody was faster, or it ran out: the rows are out of date.
      if (problem.status === 409 || problem.status === 404) refresh();
    },
  });
  return {
    revoke: attempt.mutate,
    busy: attempt.isPending,
    problem: attempt.error ? asProblem(attempt.error) : null,
    wait,
  };
}
