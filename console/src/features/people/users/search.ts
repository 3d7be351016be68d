/** What the address bar holds of the users page. The URL is the state. */

import type { RoleName, UserStatus } from "@/api/types";
import type { ListSearch } from "@/components/list-search";
import { ids, oneOf, present, text, uuid } from "@/components/parameters";
import { ROLES } from "@/components/roles";
import { STATUSES } from "./words";

export interface UserSearch extends ListSearch {
  tenant?: string;
  role?: RoleName;
  status?: UserStatus;
}

/** Reads untrusted parameters; what makes no sense is dropped, not sent. */
export function parseUserSearch(raw: Record<string, unknown>): UserSearch {
  return present({
    search: text(raw.search),
    tenant: uuid(raw.tenant),
    role: oneOf(raw.role, ROLES),
    status: oneOf(raw.status, STATUSES),
    cursor: text(raw.cursor),
    open: ids(raw.open),
  }) as UserSearch;
}
