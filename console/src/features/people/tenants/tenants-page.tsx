/** The page: the customers of the platform, and what is changed about them. */

import { IconBuildingPlus, IconBuildings } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { PAGE_SIZE } from "@/api/page";
import type { TenantRow as Tenant } from "@/api/types";
import { Choice } from "@/components/choice";
import type { Entries } from "@/components/entries";
import { FilterChips } from "@/components/filter-chips";
import { FilterRow } from "@/components/filter-row";
import { withFilter, withToggled } from "@/components/list-search";
import { oneOf } from "@/components/parameters";
import { usePlatformDates } from "@/components/platform-dates";
import { type Column, RowTable } from "@/components/row-table";
import { SearchField } from "@/components/search-field";
import { useListView } from "@/components/use-list-view";
import { PeopleListing } from "../people-listing";
import { TENANTS, tenantsQuery } from "../queries";
import { useAsking } from "../use-asking";
import { pageOf } from "../whole-list";
import { chipsOf, passing, STATUSES, statusLabel, type TenantSearch } from "./search";
import { type Asking, TenantDialogs } from "./tenant-dialogs";
import { type RowsProps, TenantRow } from "./tenant-row";
import classes from "./tenants-page.module.css";

const WIDE: Column[] = [
  { name: "name", label: "Tenant" },
  { name: "status", label: "Status" },
  { name: "count", label: "Users" },
  { name: "count", label: "Active sessions" },
  { name: "time", label: "Created" },
];
const NARROW: Column[] = [{ name: "what", label: "Tenant" }];

const NEVER = {
  icon: <IconBuildings size={22} />,
  title: "No tenants yet",
  words: "Each customer of the platform becomes a row here, with a log of its own.",
};

interface TenantsPageProps {
  search: TenantSearch;
  onSearch: (next: TenantSearch, how?: { replace?: boolean }) => void;
  mayChange: boolean;
  /** Shows entries of the log. */
  onEntries: (entries: Entries) => void;
  /** Shows the log of a tenant. */
  onLog: (tenant: string) => void;
  /** Shows the users of a tenant. */
  onUsers: (tenant: string) => void;
}

/** All tenants come at once; what is searched is cut out of them here. */
function useTenantsView(search: TenantSearch) {
  const { data, ...query } = useQuery(tenantsQuery);
  const { search: words, status, cursor } = search;
  const page = useMemo(() => {
    const wanted = { ...(words ? { search: words } : {}), ...(status ? { status } : {}) };
    return data && pageOf(passing(data, wanted), cursor, PAGE_SIZE);
  }, [data, words, status, cursor]);
  return useListView({ ...query, data: page }, search);
}

function Filters({ search, onSearch }: Pick<TenantsPageProps, "search" | "onSearch">) {
  return (
    <>
      <FilterRow label="Filter tenants">
        <SearchField
          placeholder="Search name or id"
          value={search.search ?? ""}
          onSearch={(text, how) => onSearch(withFilter(search, { search: text || undefined }), how)}
        />
        <Choice
          label="Status"
          any="Any status"
          options={STATUSES.map((value) => ({ value, label: statusLabel(value) }))}
          value={search.status}
          onChoose={(status) => onSearch(withFilter(search, { status: oneOf(status, STATUSES) }))}
        />
      </FilterRow>
      <FilterChips chips={chipsOf(search)} onSearch={onSearch} cleared={{}} />
    </>
  );
}

function Rows(props: RowsProps & { tenants: readonly Tenant[] | undefined } & Table) {
  const { tenants, view, open, ...rows } = props;
  const { timeZone } = usePlatformDates();
  return (
    <RowTable
      caption={`Tenants by name. Times in ${timeZone}.`}
      wide={WIDE}
      narrow={NARROW}
      upTo={860}
      actions={rows.onAction && "Actions"}
      view={view}
      pageSize={PAGE_SIZE}
      className={classes.table}
    >
      {(shape) =>
        tenants?.map((tenant) => (
          <TenantRow
            key={tenant.id}
            {...rows}
            tenant={tenant}
            {...shape}
            open={open.includes(tenant.id)}
          />
        ))
      }
    </RowTable>
  );
}

interface Table {
  view: ReturnType<typeof useTenantsView>;
  open: readonly string[];
}

export function TenantsPage(props: TenantsPageProps) {
  const { search, onSearch, mayChange, onEntries } = props;
  const view = useTenantsView(search);
  const dialogue = useAsking<Asking>(({ tenant }) => tenant?.id, onEntries);
  return (
    <>
      <PeopleListing
        title="Tenants"
        words={["tenant", "tenants"]}
        search={search}
        onSearch={onSearch}
        view={view}
        asked={TENANTS}
        filters={<Filters search={search} onSearch={onSearch} />}
        never={NEVER}
        begin={
          mayChange
            ? {
                label: "New tenant",
                Icon: IconBuildingPlus,
                button: dialogue.button,
                go: () => dialogue.ask({ action: "create", tenant: null }),
              }
            : undefined
        }
      >
        <Rows
          tenants={view.page?.items}
          view={view}
          open={search.open ?? []}
          onToggle={(id) => onSearch(withToggled(search, id), { replace: true })}
          onAction={mayChange ? (action, tenant) => dialogue.ask({ action, tenant }) : undefined}
          onEntries={(tenant, how) =>
            how === "about" ? onEntries({ resource: tenant }) : props.onLog(tenant)
          }
          onUsers={props.onUsers}
        />
      </PeopleListing>
      <TenantDialogs asking={dialogue.asking} onMade={dialogue.made} onClose={dialogue.close} />
    </>
  );
}
