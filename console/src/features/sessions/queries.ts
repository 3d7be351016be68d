/** What the tab asks the server, and under which keys the answers are kept. */

import { queryOptions } from "@tanstack/react-query";
import { fetchSessions } from "@/api/sessions";
import { filterOf, pageKey } from "@/components/list-search";
import type { SessionSearch } from "./search";

/** All that a refresh asks for again. */
export const VIEW = ["sessions", "view"] as const;

export function pageQuery(search: SessionSearch) {
  return queryOptions({
    queryKey: [...VIEW, "page", pageKey(search)],
    queryFn: async ({ signal }) => {
      const asked = new Date();
      const filter = filterOf(search);
      return { asked, filter, page: await fetchSessions(filter, search.cursor, signal) };
    },
  });
}
