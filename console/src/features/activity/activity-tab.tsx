/** The tab: filters, histogram, table and pages over one search. */

import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import type { Entry } from "@/api/types";
import { Notice } from "@/components/notice";
import classes from "./activity-tab.module.css";
import { ActivityTable } from "./activity-table";
import { chipsOf, type Dates, type Names } from "./chips";
import { EmptyRows, emptyReason } from "./empty-rows";
import { ExportButton } from "./export-button";
import { FilterBar } from "./filter-bar";
import { FilterChips } from "./filter-chips";
import { Histogram } from "./histogram";
import { KeepPlace } from "./keep-place";
import { NoAnswer } from "./no-answer";
import { Pager } from "./pager";
import { tenantsQuery } from "./queries";
import { RefreshControls } from "./refresh-controls";
import { RowCount } from "./row-count";
import { type ActivitySearch, conditionsOf, withCursor, withToggled, withWindow } from "./search";
import { useAutoRefresh } from "./use-auto-refresh";
import { useView, type View } from "./use-view";

export interface ActivityTabProps {
  search: ActivitySearch;
  onSearch: (next: ActivitySearch, how?: { replace?: boolean }) => void;
  dates: Dates;
  /** Whether the reader may filter by tenant. */
  seesTenants: boolean;
  mayExport: boolean;
  /** What stands for an entry's proof in its details. */
  proof?: (entry: Entry) => ReactNode;
}

/** Words for the ids that stand in filters: of tenants, and of whoever is on the page. */
function useNames(view: View, seesTenants: boolean): Names {
  const tenants = useQuery({ ...tenantsQuery, enabled: seesTenants }).data;
  const rows = view.page?.items;
  return useMemo(() => {
    const names = new Map<string, string>();
    for (const tenant of tenants ?? []) names.set(tenant.id, tenant.name);
    for (const { actor, assumedBy, resource } of rows ?? []) {
      for (const person of [actor, assumedBy]) {
        const name = person?.email ?? person?.name;
        if (person && name) names.set(person.id, name);
      }
      if (resource.name) names.set(resource.id, resource.name);
    }
    return names;
  }, [tenants, rows]);
}

/** What may help: another try, or where the address makes no sense to the server, a better one. */
function recoveryOf(view: View, search: ActivitySearch, onSearch: ActivityTabProps["onSearch"]) {
  if (view.problem?.status !== 422) {
    return { label: "Try again", run: view.again, busy: view.loading };
  }
  return search.cursor
    ? { label: "Go to the first page", run: () => onSearch(conditionsOf(search)) }
    : { label: "Clear all filters", run: () => onSearch({}) };
}

export function ActivityTab(props: ActivityTabProps) {
  const { search, onSearch, dates, seesTenants } = props;
  const view = useView(search, dates.timeZone);
  const refresh = useAutoRefresh();
  const names = useNames(view, seesTenants);
  const { page, problem } = view;
  const toPage = (cursor: string | undefined) => onSearch(withCursor(search, cursor, view.asked));
  const recovery = recoveryOf(view, search, onSearch);
  if (problem?.status === 403 || (problem?.status === 404 && !page)) {
    return (
      <div className={classes.card}>
        <EmptyRows reason="no-permission" search={search} onSearch={onSearch} />
      </div>
    );
  }
  const empty = page && !view.old && page.total === 0 && !search.open?.length;
  const nothing = page ? null : problem;
  return (
    <div className={classes.stack}>
      <FilterBar search={search} onSearch={onSearch} dates={dates} seesTenants={seesTenants} />
      <FilterChips chips={chipsOf(search, names, dates)} onSearch={onSearch} cleared={{}} />
      {problem && page && (
        <Notice
          tone="danger"
          title={`${problem.title}.`}
          detail={`${problem.detail} The rows below are from before.`}
          action={recovery}
        />
      )}
      {!empty && !nothing && (
        <Histogram
          search={search}
          dates={dates}
          onZoom={(window) => onSearch(withWindow(search, window))}
        />
      )}
      <section className={classes.card} aria-label="Entries">
        <div className={classes.bar}>
          <RowCount view={view} onNewest={() => toPage(undefined)} />
          <RefreshControls refresh={refresh} view={view} />
          {props.mayExport && (
            <div className={classes.export}>
              <ExportButton filter={view.filter} total={view.old ? undefined : page?.total} />
            </div>
          )}
        </div>
        {empty && (
          <EmptyRows
            reason={emptyReason(conditionsOf(search))}
            search={search}
            onSearch={onSearch}
          />
        )}
        {nothing && <NoAnswer problem={nothing} recovery={recovery} />}
        {!empty && !nothing && (
          <KeepPlace question={view.question} rows={page?.items}>
            <ActivityTable
              view={view}
              search={search}
              dates={dates}
              names={names}
              onToggle={(id) => onSearch(withToggled(search, id), { replace: true })}
              onSearch={onSearch}
              proof={props.proof}
            />
          </KeepPlace>
        )}
        {page && !empty && <Pager page={page} old={view.old} onCursor={toPage} />}
      </section>
    </div>
  );
}
