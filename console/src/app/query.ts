/** The cache of what the server said. */

import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { asProblem, type Problem } from "@/api/problem";

/** Makes the cache; `onSignedOut` hears of every answer that says the session has ended. */
export function makeQueryClient(onSignedOut: (problem: Problem) => void): QueryClient {
  const onError = (thrown: unknown) => {
    const problem = asProblem(thrown);
    if (problem.signedOut) onSignedOut(problem);
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
