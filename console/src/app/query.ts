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
        retryDelay: 700,
        // What is refused stays refused; what never arrived is asked once more.
        retry: (failures, thrown) => failures < 1 && asProblem(thrown).passing,
        networkMode: "always",
      },
      mutations: { networkMode: "always" },
    },
  });
}
