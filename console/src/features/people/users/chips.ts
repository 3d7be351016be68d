/** One chip for each active filter. */

import type { Chip } from "@/components/filter-chips";
import { listChips, type Names, nameIn, quoted } from "@/components/list-chips";
import { roleLabel } from "@/components/roles";
import type { UserSearch } from "./search";
import { statusLabel } from "./words";

export function chipsOf(search: UserSearch, tenants: Names): Chip<UserSearch>[] {
  return listChips<UserSearch>(search, {
    search: { label: "Search", shown: quoted },
    tenant: { label: "Tenant", shown: nameIn(tenants) },
    role: { label: "Role", shown: roleLabel },
    status: { label: "Status", shown: statusLabel },
  });
}
