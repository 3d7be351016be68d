/** Fetches an entry's evidence and checks it, until it has reached the root log. */

import { useQuery } from "@tanstack/react-query";
import { fetchEvidence } from "@/api/proof";
import type { Entry } from "@/api/types";
import { type Judgement, judge } from "./judge";

const AGAIN = 5_000;
const TRIES = 12;

export function useProof(entry: Entry) {
  return useQuery<Judgement>({
    queryKey: ["proof", entry.id, entry.erased],
    queryFn: async ({ signal }) =>
      judge(entry, await fetchEvidence(entry.id, signal), window.localStorage, new Date()),
    staleTime: 60_000,
    retry: false,
    // A fresh entry reaches the root log and the witnesses within seconds.
    refetchInterval: ({ state: { data, dataUpdateCount } }) =>
      (data?.state === "signed" || data?.state === "published") && dataUpdateCount < TRIES
        ? AGAIN
        : false,
  });
}
