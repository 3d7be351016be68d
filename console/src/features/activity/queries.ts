/** What the tab asks the server, and under which keys the answers are kept. */

import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { fetchEntry, fetchHistogram, fetchPage, fetchVocabulary } from "@/api/activity";
import type { Filter, Page } from "@/api/types";
import { type Ask, anchorOf, numbered } from "./numbered";
import { type ActivitySearch, conditionsOf, filterOf, pageKey } from "./search";

/** All that a refresh asks for again. */
export const VIEW = ["activity", "view"] as const;

const BARS = 60;

interface Answer {
  /** A relative window is measured from it. */
  asked: Date;
  filter: Filter;
  page: Page;
  /** How the same rows are found again. */
  anchor?: string | undefined;
}

/** A page, and what it was asked with. */
export function pageQuery(search: ActivitySearch, timeZone: string) {
  const queryKey = [...VIEW, "page", pageKey(search), timeZone] as const;
  return queryOptions({
    queryKey,
    queryFn: async ({ signal, client }): Promise<Answer> => {
      const asked = search.at ? new Date(search.at) : new Date();
      const filter = filterOf(search, asked, timeZone);
      const ask: Ask = (place) => fetchPage(filter, place, signal);
      const { cursor, page } = search;
      if (cursor || !page) return { asked, filter, page: await ask(cursor ? { cursor } : {}) };
      const held = client.getQueryData<Answer>(queryKey);
      const anchor = held && (held.anchor ?? (await anchorOf(held.page, ask)));
      if (anchor) return { asked, filter, page: await ask({ cursor: anchor }), anchor };
      return { asked, filter, page: await numbered(page, ask) };
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
