/** A change that a person makes: sent once at a time, proved where the server asks, refused in words. */

import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";
import { useStepUp } from "./step-up";
import { useCountdown } from "./use-countdown";

/** Why it was refused, as the API says it. */
export interface Refusal extends Error {
  status: number;
  title: string;
  detail: string;
  field?: string | undefined;
  retryAfter?: number | undefined;
  stepUpRequired?: boolean;
}

export interface Change<Input> {
  send: (input: Input) => void;
  busy: boolean;
  refusal: Refusal | null;
  /** Seconds until the next try is worth it. */
  wait: number;
}

interface ChangeOptions<Input, Result> {
  request: (input: Input) => Promise<Result>;
  /** Queries whose answers are out of date afterwards, and where somebody else was faster. */
  stale: readonly QueryKey[];
  onDone: (result: Result, input: Input) => void;
}

export function useChange<Input, Result>(options: ChangeOptions<Input, Result>): Change<Input> {
  const queryClient = useQueryClient();
  const stepUp = useStepUp();
  const [wait, startWait] = useCountdown();
  const refresh = () => {
    for (const queryKey of options.stale) void queryClient.invalidateQueries({ queryKey });
  };
  const attempt = useMutation<Result, Refusal, Input>({
    mutationFn: (input) => stepUp(() => options.request(input)),
    onSuccess: (result, input) => {
      options.onDone(result, input);
      refresh();
    },
    onError: (refusal) => {
      startWait(refusal.retryAfter ?? 0);
      if (refusal.status === 409 || refusal.status === 404) refresh();
    },
  });
  return {
    send: (input) => {
      if (!attempt.isPending && wait === 0) attempt.mutate(input);
    },
    busy: attempt.isPending,
    // Who would rather not give a proof need not be told that one is missing.
    refusal: attempt.error?.stepUpRequired ? null : attempt.error,
    wait,
  };
}
