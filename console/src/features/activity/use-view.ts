/** The rows on screen, and what went wrong in asking for newer ones. */

import { useQuery } from "@tanstack/react-query";
import { asProblem, type Problem } from "@/api/problem";
import type { Filter, Page } from "@/api/types";
import { type HeldPage, useHeldPage } from "@/components/use-held-page";
import { pageQuery } from "./queries";
import { type ActivitySearch, isPaged, pageKey } from "./search";

export type View = HeldPage<{ page: Page; filter: Filter; asked: Date }> & {
  problem: Problem | null;
};

export function useView(search: ActivitySearch, timeZone: string): View {
  const query = useQuery(pageQuery(search, timeZone));
  const key = JSON.stringify([pageKey(search), timeZone]);
  const held = useHeldPage(query, key, isPaged(search));
  return { ...held, problem: query.error ? asProblem(query.error) : null };
}
