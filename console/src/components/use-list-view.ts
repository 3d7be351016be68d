/** The rows of a list on screen, and what went wrong in asking for newer ones. */

import { type ListSearch, pageKey } from "./list-search";
import type { Trouble } from "./no-answer";
import { type Answer, type Asked, type HeldPage, useHeldPage } from "./use-held-page";

export type ListView<A extends Answer> = HeldPage<A> & { problem: Trouble | null };

/** Holds the answers of a query about `search`; what it throws says what went wrong. */
export function useListView<A extends Answer>(
  query: Asked<A> & { error: Error | null },
  search: ListSearch,
): ListView<A> {
  const key = JSON.stringify(pageKey(search));
  const held = useHeldPage(query, key, search.cursor !== undefined);
  return { ...held, problem: query.error as (Error & Trouble) | null };
}
