/** The filters that everybody needs; the others come from the rows ("filter by this value"). */

import { Button } from "@mantine/core";
import { IconUserShare } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { Tenant } from "@/api/types";
import { Choice } from "@/components/choice";
import { SearchField } from "@/components/search-field";
import { TenantChoice } from "@/components/tenant-choice";
import type { Dates } from "./chips";
import classes from "./filter-bar.module.css";
import { vocabularyQuery } from "./queries";
import { type ActivitySearch, withFilter, withWindow } from "./search";
import { TimeRange } from "./time-range";
import { ACTIONS, actionLabel, STATUSES, statusLabel, typeLabel } from "./words";

interface FilterBarProps {
  search: ActivitySearch;
  onSearch: (next: ActivitySearch, how?: { replace?: boolean }) => void;
  dates: Dates;
  /** The tenants to filter by; null for those who see one alone. */
  tenants: readonly Tenant[] | null;
}

export function FilterBar({ search, onSearch, dates, tenants }: FilterBarProps) {
  const vocabulary = useQuery(vocabularyQuery).data;
  const options = (values: readonly string[], label: (value: string) => string) =>
    values.map((value) => ({ value, label: label(value) }));
  const choose = (key: keyof ActivitySearch) => (value: string | undefined) =>
    onSearch(withFilter(search, { [key]: value }));
  return (
    <search
      className={classes.bar}
      data-tenants={tenants !== null || undefined}
      aria-label="Filter entries"
    >
      <SearchField
        placeholder="Search action, resource name or user"
        value={search.search ?? ""}
        onSearch={(text, how) => onSearch(withFilter(search, { search: text || undefined }), how)}
      />
      <TimeRange
        search={search}
        dates={dates}
        onChoose={(to) => onSearch(withWindow(search, to))}
      />
      <TenantChoice tenants={tenants} value={search.tenant} onChoose={choose("tenant")} />
      <Choice
        label="Resource type"
        any="Any resource"
        options={options(vocabulary?.resourceTypes ?? [], typeLabel)}
        value={search.resource_type}
        onChoose={choose("resource_type")}
      />
      <Choice
        label="Action"
        any="Any action"
        options={options(vocabulary?.actions ?? ACTIONS, actionLabel)}
        value={search.action}
        onChoose={choose("action")}
      />
      <Choice
        label="Status"
        any="Any status"
        options={options(vocabulary?.statuses ?? STATUSES, statusLabel)}
        value={search.status}
        onChoose={choose("status")}
      />
      <Button
        variant="default"
        size="xs"
        className={classes.preset}
        leftSection={<IconUserShare size={15} aria-hidden />}
        aria-pressed={search.assumed === "true"}
        onClick={() =>
          onSearch(withFilter(search, { assumed: search.assumed ? undefined : "true" }))
        }
      >
        Assumed identity
      </Button>
    </search>
  );
}
