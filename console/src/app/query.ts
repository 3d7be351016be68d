/** The cache of what the server said. */

import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { asProblem, type Problem } from "@/api/problem";

/** What every request may learn about the session that it was made with. */
interface Listeners {
  /** It has ended. */
  onSignedOut: (problem: Problem) => void;
  /** Its account has to set up a second factor first. */
  onEnrolmentDue: () => void;
}

/** How often the same is asked again: what is refused stays refused, what passes is worth a try. */
export function triesAfter(problem: Problem): number {
  if (problem.busy) return 3;
  return problem.passing && !problem.tooMuch ? 1 : 0;
}

/** Milliseconds until then; a busy server says how long, and not all pages come back at once. */
export function waitBefore(problem: Problem): number {
  if (!problem.busy) return 700;
  return Math.min(problem.retryAfter ?? 1, 15) * 1000 * (1 + Math.random() / 2);
}

export function makeQueryClient({ onSignedOut, onEnrolmentDue }: Listeners): QueryClient {
  const onError = (thrown: unknown) => {
    const problem = asProblem(thrown);
    if (problem.signedOut) onSignedOut(problem);
    if (problem.enrolmentRequired) onEnrolmentDue();
  };
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (thrown, query) => {
        // The first question who is signed in is the route's: it decides where to go.
        if (!query.meta?.opens || query.state.data !== undefined) onError(thrown);
      },
    }),
    mutationCache: new MutationCache({
      onError: (thrown, _variables, _result, mutation) => {
        if (!mutation.meta?.signsIn) onError(thrown);
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        refetchOnWindowFocus: false,
        retryDelay: (_, thrown) => waitBefore(asProblem(thrown)),
        retry: (failures, thrown) => failures < triesAfter(asProblem(thrown)),
        networkMode: "always",
      },
      mutations: { networkMode: "always" },
    },
  });
}
