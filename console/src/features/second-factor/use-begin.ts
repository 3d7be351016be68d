/** Beginning to set up a second factor: the key is made anew each time. */

import { useMutation } from "@tanstack/react-query";
import { beginSecondFactor } from "@/api/account";
import { asProblem, type Problem } from "@/api/problem";
import type { Enrolment } from "@/api/types";
import { useStepUp } from "@/components/step-up";

interface Beginning {
  begin: () => void;
  busy: boolean;
  enrolment: Enrolment | null;
  problem: Problem | null;
  /** Forgets the key. */
  drop: () => void;
}

export function useBegin(): Beginning {
  const stepUp = useStepUp();
  const beginning = useMutation({ mutationFn: () => stepUp(beginSecondFactor), gcTime: 0 });
  const problem = beginning.error ? asProblem(beginning.error) : null;
  return {
    begin: beginning.mutate,
    busy: beginning.isPending,
    enrolment: beginning.data ?? null,
    // Who would rather not give a proof need not be told that one is missing.
    problem: problem?.stepUpRequired ? null : problem,
    drop: beginning.reset,
  };
}
