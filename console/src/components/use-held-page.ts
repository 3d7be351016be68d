/** The rows on screen: the latest answer, or the one before it while or if the next fails. */

import { useState } from "react";
import { freshIds, type Page } from "./pages";

/** A page, the filter it was asked with, and when. */
export interface Answer {
  page: Page;
  filter: object;
  asked: Date;
}

export interface HeldPage<A extends Answer> {
  /** Filters and page as one text: the same question may have a newer answer. */
  question: string;
  /** The rows, and the filter they were asked with; absent until the first answer. */
  page: A["page"] | undefined;
  filter: A["filter"] | undefined;
  /** When the rows were asked for. */
  asked: Date;
  /** The rows belong to the filters or page of before. */
  old: boolean;
  loading: boolean;
  updated: Date | null;
  /** Ids of rows that a refresh has brought. */
  fresh: ReadonlySet<string>;
  /** How many rows have come in above this page since it was opened. */
  news: number;
  again: () => void;
}

interface Held<A extends Answer> {
  key: string;
  answer: A;
  fresh: ReadonlySet<string>;
  /** Where the page stood when it was opened. */
  position: number;
}

export interface Asked<A> {
  data: A | undefined;
  isFetching: boolean;
  dataUpdatedAt: number;
  refetch: () => unknown;
}

/** Holds the answers to `key`; `paged` is false for the first page, whose top is the newest row. */
export function useHeldPage<A extends Answer>(
  query: Asked<A>,
  key: string,
  paged: boolean,
): HeldPage<A> {
  const [held, setHeld] = useState<Held<A> | null>(null);
  const { data } = query;
  const before = held?.answer;
  if (data && (before?.page !== data.page || held?.key !== key || before?.filter !== data.filter)) {
    const same = held?.key === key ? held : null;
    const changed = same?.answer.page.items !== data.page.items;
    setHeld({
      key,
      answer: data,
      fresh:
        changed || !same ? freshIds(data.page.items, same?.answer.page.items ?? null) : same.fresh,
      position: same?.position ?? data.page.position,
    });
  }
  const current = held?.key === key;
  return {
    question: key,
    page: before?.page,
    filter: before?.filter,
    asked: before?.asked ?? new Date(),
    old: held !== null && !current,
    loading: query.isFetching,
    updated: query.dataUpdatedAt ? new Date(query.dataUpdatedAt) : null,
    fresh: held?.fresh ?? new Set(),
    news: current && paged ? Math.max(0, held.answer.page.position - held.position) : 0,
    again: () => void query.refetch(),
  };
}
