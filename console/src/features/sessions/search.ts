/** What the address bar holds of this tab: filters, page and open rows. The URL is the state. */

import type { SessionFilter, SessionStatus } from "@/api/types";
import { ids, LONGEST, oneOf, present, text, toggled, uuid } from "@/components/parameters";
import { STATUSES } from "./words";

export interface SessionSearch {
  search?: string;
  tenant?: string;
  status?: SessionStatus;
  user?: string;
  /** The page, as the API's cursor; none is the first. */
  cursor?: string;
  /** Ids of the expanded rows. */
  open?: string[];
}

/** The same in the address, beside the other tab's parameters. */
export type SessionAddress = {
  [Key in keyof SessionSearch as `sessions_${Key}`]: SessionSearch[Key];
};

/** The conditions, one chip each. */
export const CONDITIONS = ["search", "tenant", "status", "user"] as const;

export type Condition = (typeof CONDITIONS)[number];

const PREFIX = "sessions_";

/** Reads untrusted parameters; what makes no sense is dropped, not sent. */
export function parseSessionSearch(raw: Record<string, unknown>): SessionSearch {
  return present({
    search: text(raw.sessions_search),
    tenant: uuid(raw.sessions_tenant),
    status: oneOf(raw.sessions_status, STATUSES),
    user: uuid(raw.sessions_user),
    cursor: text(raw.sessions_cursor, LONGEST),
    open: ids(raw.sessions_open),
  }) as SessionSearch;
}

export function addressOf(search: SessionSearch): SessionAddress {
  return Object.fromEntries(
    Object.entries(search).map(([key, value]) => [PREFIX + key, value]),
  ) as SessionAddress;
}

/** The API's filter, and as a key: same key, same rows in the same order. */
export function filterOf(search: SessionSearch): SessionFilter {
  const { cursor: _cursor, open: _open, ...filter } = search;
  return filter;
}

/** A page of filtered rows, as a key. */
export function pageKey({ open: _open, ...page }: SessionSearch): SessionSearch {
  return page;
}

/** Other filters: back to the first page, everything closed. `undefined` clears a filter. */
export function withFilter(
  search: SessionSearch,
  patch: { [Key in Condition]?: SessionSearch[Key] | undefined },
): SessionSearch {
  return present({ ...filterOf(search), ...patch }) as SessionSearch;
}

export function withCursor(search: SessionSearch, cursor: string | undefined): SessionSearch {
  return present({ ...filterOf(search), cursor }) as SessionSearch;
}

export function withToggled(search: SessionSearch, id: string): SessionSearch {
  return present({ ...search, open: toggled(search.open, id) }) as SessionSearch;
}

export function hasConditions(search: SessionSearch): boolean {
  return CONDITIONS.some((key) => search[key] !== undefined);
}
