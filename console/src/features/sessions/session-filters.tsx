/** Search, tenant and status; a user to filter by comes from the rows. */

import type { Tenant } from "@/api/types";
import { Choice } from "@/components/choice";
import { FilterRow } from "@/components/filter-row";
import { withFilter } from "@/components/list-search";
import { SearchField } from "@/components/search-field";
import { TenantChoice } from "@/components/tenant-choice";
import type { SessionSearch } from "./search";
import { STATUSES, statusLabel } from "./words";

interface SessionFiltersProps {
  search: SessionSearch;
  onSearch: (next: SessionSearch, how?: { replace?: boolean }) => void;
  /** The tenants to filter by; null for those who see one alone. */
  tenants: readonly Tenant[] | null;
}

export function SessionFilters({ search, onSearch, tenants }: SessionFiltersProps) {
  return (
    <FilterRow label="Filter sessions">
      <SearchField
        placeholder="Search user, IP address or user agent"
        value={search.search ?? ""}
        onSearch={(text, how) => onSearch(withFilter(search, { search: text || undefined }), how)}
      />
      <TenantChoice
        tenants={tenants}
        value={search.tenant}
        onChoose={(tenant) => onSearch(withFilter(search, { tenant }))}
      />
      <Choice
        label="Status"
        any="Any status"
        options={STATUSES.map((value) => ({ value, label: statusLabel(value) }))}
        value={search.status}
        onChoose={(value) =>
          onSearch(withFilter(search, { status: STATUSES.find((status) => status === value) }))
        }
      />
    </FilterRow>
  );
}
