/** The cache of what the server said. */

import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { asProblem, type Problem } from "@/api/problem";
import { asksAgain, pauseOf } from "./patience";

/** What every request may learn about the session that it was made with. */
interface Listeners {
  /** It has ended. */
  onSignedOut: (problem: Problem) => void;
  /** Its account has to set up a second factor first. */
  onEnrolmentDue: () => void;
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
        // Queries only read; what changes something is never sent again by itself.
        retry: (failures, thrown) => asksAgain(failures, asProblem(thrown)),
        retryDelay: (_failures, thrown) => pauseOf(asProblem(thrown)),
        networkMode: "always",
      },
      mutations: { networkMode: "always" },
    },
  });
}
