/** Search, tenant, role and status. */

import { Choice } from "@/components/choice";
import { FilterRow } from "@/components/filter-row";
import { type Patch, withFilter } from "@/components/list-search";
import { oneOf } from "@/components/parameters";
import { ROLES, roleLabel } from "@/components/roles";
import { SearchField } from "@/components/search-field";
import { TenantChoice } from "@/components/tenant-choice";
import type { UserSearch } from "./search";
import { STATUSES, statusLabel } from "./words";

interface UserFiltersProps {
  search: UserSearch;
  onSearch: (next: UserSearch, how?: { replace?: boolean }) => void;
  /** The tenants to filter by; null for those who see one alone. */
  tenants: readonly { id: string; name: string }[] | null;
}

export function UserFilters({ search, onSearch, tenants }: UserFiltersProps) {
  const choose = (patch: Patch<UserSearch>, how?: { replace?: boolean }) =>
    onSearch(withFilter(search, patch), how);
  // An Admin never meets a Super Admin.
  const roles = tenants ? ROLES : ROLES.filter((role) => role !== "super_admin");
  return (
    <FilterRow label="Filter users">
      <SearchField
        placeholder="Search e-mail or name"
        value={search.search ?? ""}
        onSearch={(text, how) => choose({ search: text || undefined }, how)}
      />
      <TenantChoice
        tenants={tenants}
        value={search.tenant}
        onChoose={(tenant) => choose({ tenant })}
      />
      <Choice
        label="Role"
        any="Any role"
        options={roles.map((value) => ({ value, label: roleLabel(value) }))}
        value={search.role}
        onChoose={(role) => choose({ role: oneOf(role, ROLES) })}
      />
      <Choice
        label="Status"
        any="Any status"
        options={STATUSES.map((value) => ({ value, label: statusLabel(value) }))}
        value={search.status}
        onChoose={(status) => choose({ status: oneOf(status, STATUSES) })}
      />
    </FilterRow>
  );
}
