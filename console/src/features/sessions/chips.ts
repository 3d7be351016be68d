/** One chip for each active filter. */

import type { Chip } from "@/components/filter-chips";
import { listChips, type Names, nameIn, quoted } from "@/components/list-chips";
import type { SessionSearch } from "./search";
import { statusLabel } from "./words";

export function chipsOf(search: SessionSearch, names: Names): Chip<SessionSearch>[] {
  const shown = nameIn(names);
  return listChips<SessionSearch>(search, {
    search: { label: "Search", shown: quoted },
    tenant: { label: "Tenant", shown },
    status: { label: "Status", shown: statusLabel },
    user: { label: "User", shown },
  });
}
