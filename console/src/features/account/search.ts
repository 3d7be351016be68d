/** What the account page's address holds. */

import { present, text } from "@/components/parameters";

export interface SessionSearch {
  /** Sessions that are over as well. */
  past?: "1";
  /** The page of sessions; none is the first. */
  cursor?: string;
}

export function parseAccountSearch(raw: Record<string, unknown>): SessionSearch {
  const past = raw.past === "1" ? raw.past : undefined;
  return present({ past, cursor: text(raw.cursor) }) as SessionSearch;
}
