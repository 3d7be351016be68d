/** The filters that everybody needs; the others come from the rows ("filter by this value"). */

import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Dates } from "./chips";
import classes from "./filter-bar.module.css";
import { tenantsQuery, vocabularyQuery } from "./queries";
import { type ActivitySearch, withFilter, withWindow } from "./search";
import { SearchField } from "./search-field";
import { TimeRange } from "./time-range";
import { ACTIONS, actionLabel, STATUSES, statusLabel, typeLabel } from "./words";

interface Option {
  value: string;
  label: string;
}

interface ChoiceProps {
  label: string;
  any: string;
  options: Option[];
  value: string | undefined;
  onChoose: (value: string | undefined) => void;
}

function Choice({ label, any, options, value, onChoose }: ChoiceProps) {
  // A value from an address that is not in the list (any more) still shows.
  const listed = value === undefined || options.some((option) => option.value === value);
  return (
    <Select
      aria-label={label}
      placeholder={any}
      data={listed ? options : [...options, { value, label: value }]}
      value={value ?? null}
      onChange={(chosen) => onChoose(chosen ?? undefined)}
      clearable
      clearButtonProps={{ "aria-label": `Clear ${label.toLowerCase()}` }}
      searchable={options.length > 12}
      size="xs"
      comboboxProps={{ shadow: "md", width: "max-content", position: "bottom-start" }}
      maxDropdownHeight={340}
      data-active={value !== undefined || undefined}
      classNames={{ input: classes.input }}
    />
  );
}

interface FilterBarProps {
  search: ActivitySearch;
  onSearch: (next: ActivitySearch, how?: { replace?: boolean }) => void;
  dates: Dates;
  seesTenants: boolean;
}

export function FilterBar({ search, onSearch, dates, seesTenants }: FilterBarProps) {
  const vocabulary = useQuery(vocabularyQuery).data;
  const tenants = useQuery({ ...tenantsQuery, enabled: seesTenants }).data;
  const options = (values: readonly string[], label: (value: string) => string) =>
    values.map((value) => ({ value, label: label(value) }));
  const choose = (key: keyof ActivitySearch) => (value: string | undefined) =>
    onSearch(withFilter(search, { [key]: value }));
  return (
    <search
      className={classes.bar}
      data-tenants={seesTenants || undefined}
      aria-label="Filter entries"
    >
      <SearchField
        value={search.search ?? ""}
        onSearch={(text, how) => onSearch(withFilter(search, { search: text || undefined }), how)}
      />
      <TimeRange
        search={search}
        dates={dates}
        onChoose={(to) => onSearch(withWindow(search, to))}
      />
      {seesTenants && (
        <Choice
          label="Tenant"
          any="All tenants"
          options={(tenants ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          value={search.tenant}
          onChoose={choose("tenant")}
        />
      )}
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
    </search>
  );
}
