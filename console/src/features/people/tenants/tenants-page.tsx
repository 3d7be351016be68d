/** The page: the customers of the platform, and what is changed about them. */

import { Button } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconBuildingPlus, IconBuildings } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useRef, useState } from "react";
import { PAGE_SIZE } from "@/api/page";
import type { TenantRow as Tenant } from "@/api/types";
import { Choice } from "@/components/choice";
import type { Entries } from "@/components/entries";
import { FilterChips } from "@/components/filter-chips";
import { FilterRow } from "@/components/filter-row";
import { hasConditions, withCursor, withFilter, withToggled } from "@/components/list-search";
import { Listing } from "@/components/listing";
import { filteredOut, NoRows, notYours } from "@/components/no-rows";
import { PageHead } from "@/components/page-head";
import { oneOf } from "@/components/parameters";
import { usePlatformDates } from "@/components/platform-dates";
import { type Column, RowTable, widthOf } from "@/components/row-table";
import { SearchField } from "@/components/search-field";
import { focusRow } from "@/components/table-row";
import { useAutoRefresh } from "@/components/use-auto-refresh";
import { useListView } from "@/components/use-list-view";
import { type Made, sayMade } from "../changes";
import { TENANTS, tenantsQuery } from "../queries";
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
  const narrow = useMediaQuery("(max-width: 860px)", undefined, { getInitialValueInEffect: false });
  const { timeZone } = usePlatformDates();
  const columns = narrow ? NARROW : WIDE;
  const actions = rows.onAction && "Actions";
  return (
    <RowTable
      caption={`Tenants by name. Times in ${timeZone}.`}
      columns={columns}
      actions={actions}
      narrow={narrow}
      view={view}
      pageSize={PAGE_SIZE}
      className={classes.table}
    >
      {tenants?.map((tenant) => (
        <TenantRow
          key={tenant.id}
          {...rows}
          tenant={tenant}
          narrow={narrow}
          width={widthOf(columns, actions)}
          open={open.includes(tenant.id)}
        />
      ))}
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
  const refresh = useAutoRefresh(TENANTS);
  const [asking, setAsking] = useState<Asking | null>(null);
  const creating = useRef<HTMLButtonElement>(null);
  const clear = () => onSearch({});
  const close = () => {
    if (asking?.tenant) focusRow(asking.tenant.id, "data-action");
    else creating.current?.focus();
    setAsking(null);
  };
  const made = (what: Made) => {
    close();
    sayMade(what, onEntries);
  };
  return (
    <>
      <PageHead
        title="Tenants"
        action={
          mayChange && (
            <Button
              ref={creating}
              size="compact-sm"
              h={30}
              px={12}
              leftSection={<IconBuildingPlus size={16} aria-hidden />}
              onClick={() => setAsking({ action: "create", tenant: null })}
            >
              New tenant
            </Button>
          )
        }
      />
      <Listing
        view={view}
        words={["tenant", "tenants"]}
        pageSize={PAGE_SIZE}
        refresh={refresh}
        filters={<Filters search={search} onSearch={onSearch} />}
        exporting={null}
        empty={
          hasConditions(search) ? (
            <NoRows
              lack={filteredOut("tenant")}
              ways={[{ label: "Clear all filters", go: clear }]}
            />
          ) : (
            <NoRows lack={NEVER} />
          )
        }
        refused={<NoRows lack={notYours("tenants")} />}
        cursor={search.cursor}
        onCursor={(cursor) => onSearch(withCursor(search, cursor))}
        onClear={clear}
      >
        <Rows
          tenants={view.page?.items}
          view={view}
          open={search.open ?? []}
          onToggle={(id) => onSearch(withToggled(search, id), { replace: true })}
          onAction={mayChange ? (action, tenant) => setAsking({ action, tenant }) : undefined}
          onEntries={(tenant, how) =>
            how === "about" ? onEntries({ resource: tenant }) : props.onLog(tenant)
          }
          onUsers={props.onUsers}
        />
      </Listing>
      <TenantDialogs asking={asking} onMade={made} onClose={close} />
    </>
  );
}
