/** What the address bar holds of the tenants page. The URL is the state. */

import type { TenantRow } from "@/api/types";
import type { Chip } from "@/components/filter-chips";
import { listChips, quoted } from "@/components/list-chips";
import type { ListSearch } from "@/components/list-search";
import { ids, oneOf, present, text } from "@/components/parameters";

export const STATUSES = ["active", "disabled"] as const;

export type TenantStatus = (typeof STATUSES)[number];

export interface TenantSearch extends ListSearch {
  status?: TenantStatus;
}

const LABELS: Record<TenantStatus, string> = { active: "Active", disabled: "Disabled" };

export function statusLabel(status: TenantStatus): string {
  return LABELS[status];
}

export function statusOf({ disabled }: TenantRow): TenantStatus {
  return disabled ? "disabled" : "active";
}

/** Reads untrusted parameters; what makes no sense is dropped. */
export function parseTenantSearch(raw: Record<string, unknown>): TenantSearch {
  return present({
    search: text(raw.search),
    status: oneOf(raw.status, STATUSES),
    cursor: text(raw.cursor),
    open: ids(raw.open),
  }) as TenantSearch;
}

/** The tenants that pass, in their order; by name and id, as a person types them. */
export function passing(tenants: readonly TenantRow[], search: TenantSearch): TenantRow[] {
  const wanted = search.search?.toLowerCase() ?? "";
  return tenants.filter(
    (tenant) =>
      (!search.status || search.status === statusOf(tenant)) &&
      (tenant.name.toLowerCase().includes(wanted) || tenant.id.startsWith(wanted)),
  );
}

/** One chip for each active filter. */
export function chipsOf(search: TenantSearch): Chip<TenantSearch>[] {
  return listChips<TenantSearch>(search, {
    search: { label: "Search", shown: quoted },
    status: { label: "Status", shown: statusLabel },
  });
}
