/** What the tab asks the server, and under which keys the answers are kept. */

import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { fetchEntry, fetchHistogram, fetchPage, fetchVocabulary } from "@/api/activity";
import { type ActivitySearch, conditionsOf, filterOf, pageKey } from "./search";

/** All that a refresh asks for again. */
export const VIEW = ["activity", "view"] as const;

const BARS = 60;

/** A page, and what it was asked with: a relative window is measured from `asked`. */
export function pageQuery(search: ActivitySearch, timeZone: string) {
  return queryOptions({
    queryKey: [...VIEW, "page", pageKey(search), timeZone],
    queryFn: async ({ signal }) => {
      const asked = search.at ? new Date(search.at) : new Date();
      const filter = filterOf(search, asked, timeZone);
      return { asked, filter, page: await fetchPage(filter, search.cursor, signal) };
    },
  });
}

export function histogramQuery(search: ActivitySearch, timeZone: string) {
  return queryOptions({
    queryKey: [...VIEW, "histogram", conditionsOf(search), timeZone],
    queryFn: ({ signal }) => fetchHistogram(filterOf(search, new Date(), timeZone), BARS, signal),
    placeholderData: keepPreviousData,
  });
}

/** An entry never changes; only what it discloses can be erased, so it is asked for again some day. */
export function entryQuery(id: string) {
  return queryOptions({
    queryKey: ["activity", "entry", id],
    queryFn: ({ signal }) => fetchEntry(id, signal),
    staleTime: 600_000,
  });
}

export const vocabularyQuery = queryOptions({
  queryKey: ["activity", "vocabulary"],
  queryFn: ({ signal }) => fetchVocabulary(signal),
  staleTime: 300_000,
});
