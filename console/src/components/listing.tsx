/** A filtered list as a tab shows it: filters, count, refresh, export, rows, pages, and what fails. */

import type { ReactNode } from "react";
import { KeepPlace } from "./keep-place";
import classes from "./listing.module.css";
import { NoAnswer, type Recovery, type Trouble } from "./no-answer";
import { Notice } from "./notice";
import { Pager } from "./pager";
import type { PageNumber } from "./pages";
import { RefreshControls } from "./refresh-controls";
import { RowCount } from "./row-count";
import type { AutoRefresh } from "./use-auto-refresh";
import type { Answer, HeldPage } from "./use-held-page";

interface ListingProps {
  view: HeldPage<Answer> & { problem: Trouble | null };
  /** The word for one row and for several. */
  words: [one: string, many: string];
  pageSize: number;
  refresh: AutoRefresh;
  filters: ReactNode;
  /** What stands between filters and rows while there are rows. */
  above?: ReactNode;
  exporting: ReactNode;
  /** What stands in place of no rows; null where there is more to show than rows. */
  empty: ReactNode;
  /** What stands in place of all when the reader may not see the list. */
  refused: ReactNode;
  /** The address names a page; else it is the first. */
  paged: boolean;
  onCursor: (cursor: string | undefined) => void;
  /** Absent where pages have no numbers to jump to. */
  onPage?: (page: PageNumber) => void;
  /** Drops the filters. */
  onClear: () => void;
  children: ReactNode;
}

/** What may help: another try, or where the address makes no sense to the server, a better one. */
function recoveryOf({ view, paged, onCursor, onClear }: ListingProps): Recovery {
  if (view.problem?.status !== 422) {
    return { label: "Try again", run: view.again, busy: view.loading };
  }
  return paged
    ? { label: "Go to the first page", run: () => onCursor(undefined) }
    : { label: "Clear all filters", run: onClear };
}

export function Listing(props: ListingProps) {
  const { view, words } = props;
  const { page, problem } = view;
  if (problem?.status === 403 || (problem?.status === 404 && !page)) {
    return <div className={classes.card}>{props.refused}</div>;
  }
  const recovery = recoveryOf(props);
  const empty = page && !view.old && page.total === 0 ? props.empty : null;
  const nothing = page ? null : problem;
  const rows = !empty && !nothing;
  const [, many] = words;
  return (
    <div className={classes.stack}>
      {props.filters}
      {problem && page && (
        <Notice
          tone="danger"
          title={`${problem.title}.`}
          detail={`${problem.detail} The rows below are from before.`}
          action={recovery}
        />
      )}
      {rows && props.above}
      <section className={classes.card} aria-label={many.charAt(0).toUpperCase() + many.slice(1)}>
        <div className={classes.bar}>
          <RowCount
            total={page?.total}
            words={words}
            old={view.old}
            news={view.news}
            onNewest={() => props.onCursor(undefined)}
          />
          <RefreshControls
            refresh={props.refresh}
            what={`new ${many}`}
            updated={view.updated}
            loading={view.loading}
          />
          {props.exporting && <div className={classes.export}>{props.exporting}</div>}
        </div>
        {empty}
        {nothing && <NoAnswer problem={nothing} recovery={recovery} />}
        {rows && (
          <KeepPlace question={view.question} rows={page?.items}>
            {props.children}
          </KeepPlace>
        )}
        {page && !empty && (
          <Pager
            page={page}
            words={words}
            size={props.pageSize}
            old={view.old}
            onCursor={props.onCursor}
            onPage={props.onPage}
          />
        )}
      </section>
    </div>
  );
}
