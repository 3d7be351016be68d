/** The tab: filters, histogram, table and pages over one search. */

import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import { fetchArchive } from "@/api/export";
import { PAGE_SIZE } from "@/api/page";
import type { Entry, Tenant } from "@/api/types";
import { ExportButton } from "@/components/export-button";
import { FilterChips } from "@/components/filter-chips";
import type { Names } from "@/components/list-chips";
import { Listing } from "@/components/listing";
import { useAutoRefresh } from "@/components/use-auto-refresh";
import { visible } from "@/components/visible";
import { ActivityTable } from "./activity-table";
import { chipsOf, type Dates } from "./chips";
import { type EmptyReason, EmptyRows, emptyReason } from "./empty-rows";
import { FilterBar } from "./filter-bar";
import { Histogram } from "./histogram";
import { pageQuery, VIEW } from "./queries";
import {
  type ActivitySearch,
  conditionsOf,
  isPaged,
  withCursor,
  withPage,
  withToggled,
  withWindow,
} from "./search";
import { useView, type View } from "./use-view";

export interface ActivityTabProps {
  search: ActivitySearch;
  onSearch: (next: ActivitySearch, how?: { replace?: boolean }) => void;
  dates: Dates;
  /** The tenants to filter by; null for those who see one alone. */
  tenants: readonly Tenant[] | null;
  /** Whose entries those are, for them. */
  home: Pick<Tenant, "id" | "name"> | null;
  mayExport: boolean;
  /** What stands for an entry's proof in its details. */
  proof?: (entry: Entry) => ReactNode;
}

/** Words for the ids that stand in filters: of tenants, and of whoever is on the page. */
function useNames(view: View, { tenants, home }: ActivityTabProps): Names {
  const rows = view.page?.items;
  return useMemo(() => {
    const names = new Map<string, string>();
    for (const tenant of tenants ?? (home ? [home] : [])) names.set(tenant.id, tenant.name);
    for (const { actor, assumedBy, resource } of rows ?? []) {
      for (const person of [actor, assumedBy]) {
        const name = person?.email ?? person?.name;
        if (person && name) names.set(person.id, visible(name));
      }
      if (resource.name) names.set(resource.id, visible(resource.name));
    }
    return names;
  }, [tenants, home, rows]);
}

export function ActivityTab(props: ActivityTabProps) {
  const { search, onSearch, dates, tenants } = props;
  const view = useView(search, dates.timeZone);
  const refresh = useAutoRefresh(VIEW);
  const queryClient = useQueryClient();
  const names = useNames(view, props);
  const { page, filter } = view;
  const emptyRows = (reason: EmptyReason) => (
    <EmptyRows reason={reason} search={search} onSearch={onSearch} />
  );
  return (
    <Listing
      view={view}
      words={["entry", "entries"]}
      pageSize={PAGE_SIZE}
      refresh={refresh}
      filters={
        <>
          <FilterBar search={search} onSearch={onSearch} dates={dates} tenants={tenants} />
          <FilterChips chips={chipsOf(search, names, dates)} onSearch={onSearch} cleared={{}} />
        </>
      }
      above={
        <Histogram
          search={search}
          dates={dates}
          onZoom={(window) => onSearch(withWindow(search, window))}
        />
      }
      exporting={
        props.mayExport && (
          <ExportButton
            fetchArchive={
              filter && ((onBytes, signal) => fetchArchive("activity", filter, onBytes, signal))
            }
            total={view.old ? undefined : page?.total}
            nothing="no entry passes these filters"
          />
        )
      }
      empty={search.open?.length ? null : emptyRows(emptyReason(conditionsOf(search)))}
      refused={emptyRows("no-permission")}
      paged={isPaged(search)}
      onCursor={(cursor) => onSearch(withCursor(search, cursor, view.asked))}
      onPage={(number) => {
        const next = withPage(search, number, view.asked);
        // The rows of this page may have moved on by now: it begins anew.
        if (next.page === search.page)
          void queryClient.resetQueries({ queryKey: pageQuery(search, dates.timeZone).queryKey });
        else onSearch(next);
      }}
      onClear={() => onSearch({})}
    >
      <ActivityTable
        view={view}
        search={search}
        dates={dates}
        names={names}
        manyTenants={tenants !== null}
        onToggle={(id) => onSearch(withToggled(search, id), { replace: true })}
        onSearch={onSearch}
        proof={props.proof}
      />
    </Listing>
  );
}
