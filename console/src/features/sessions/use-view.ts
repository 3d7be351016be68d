/** The rows on screen, and what went wrong in asking for newer ones. */

import { useQuery } from "@tanstack/react-query";
import { asProblem, type Problem } from "@/api/problem";
import type { SessionFilter, SessionPage } from "@/api/types";
import { pageKey } from "@/components/list-search";
import { type HeldPage, useHeldPage } from "@/components/use-held-page";
import { pageQuery } from "./queries";
import type { SessionSearch } from "./search";

export type View = HeldPage<{ page: SessionPage; filter: SessionFilter; asked: Date }> & {
  problem: Problem | null;
};

export function useView(search: SessionSearch): View {
  const query = useQuery(pageQuery(search));
  const key = JSON.stringify(pageKey(search));
  const held = useHeldPage(query, key, search.cursor !== undefined);
  return { ...held, problem: query.error ? asProblem(query.error) : null };
}
