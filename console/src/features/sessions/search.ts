/** What the address bar holds of this tab: filters, page and open rows. The URL is the state. */

import type { SessionStatus } from "@/api/types";
import type { ListSearch } from "@/components/list-search";
import { ids, oneOf, present, text, uuid } from "@/components/parameters";
import { STATUSES } from "./words";

export interface SessionSearch extends ListSearch {
  tenant?: string;
  status?: SessionStatus;
  user?: string;
}

/** The same in the address, beside the other tab's parameters. */
export type SessionAddress = {
  [Key in keyof SessionSearch as `sessions_${Key}`]: SessionSearch[Key];
};

const PREFIX = "sessions_";

/** Reads untrusted parameters; what makes no sense is dropped, not sent. */
export function parseSessionSearch(raw: Record<string, unknown>): SessionSearch {
  return present({
    search: text(raw.sessions_search),
    tenant: uuid(raw.sessions_tenant),
    status: oneOf(raw.sessions_status, STATUSES),
    user: uuid(raw.sessions_user),
    cursor: text(raw.sessions_cursor),
    open: ids(raw.sessions_open),
  }) as SessionSearch;
}

export function addressOf(search: SessionSearch): SessionAddress {
  return Object.fromEntries(
    Object.entries(search).map(([key, value]) => [PREFIX + key, value]),
  ) as SessionAddress;
}
