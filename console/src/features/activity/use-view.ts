/** The rows on screen: the latest answer, or the one before it while or if the next fails. */

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { asProblem, type Problem } from "@/api/problem";
import type { Filter, Page } from "@/api/types";
import { freshIds } from "./pages";
import { pageQuery } from "./queries";
import { type ActivitySearch, pageKey } from "./search";

export interface View {
  /** Filters and page as one text: the same question may have a newer answer. */
  question: string;
  /** The rows, and the filter they were asked with; absent until the first answer. */
  page: Page | undefined;
  filter: Filter | undefined;
  /** When the rows were asked for. */
  asked: Date;
  /** The rows belong to the filters or page of before. */
  old: boolean;
  loading: boolean;
  problem: Problem | null;
  updated: Date | null;
  /** Ids of rows that a refresh has brought. */
  fresh: ReadonlySet<string>;
  /** How many rows have come in above this page since it was opened. */
  news: number;
  again: () => void;
}

interface Held {
  key: string;
  page: Page;
  filter: Filter;
  asked: Date;
  fresh: ReadonlySet<string>;
  /** Where the page stood when it was opened. */
  position: number;
}

export function useView(search: ActivitySearch, timeZone: string): View {
  const query = useQuery(pageQuery(search, timeZone));
  const [held, setHeld] = useState<Held | null>(null);
  const key = JSON.stringify([pageKey(search), timeZone]);
  const data = query.data;
  if (data && (held?.page !== data.page || held.key !== key || held.filter !== data.filter)) {
    const same = held?.key === key ? held : null;
    const changed = same?.page.items !== data.page.items;
    setHeld({
      key,
      ...data,
      fresh: changed || !same ? freshIds(data.page.items, same?.page.items ?? null) : same.fresh,
      position: same?.position ?? data.page.position,
    });
  }
  const current = held?.key === key;
  return {
    question: key,
    page: held?.page,
    filter: held?.filter,
    asked: held?.asked ?? new Date(),
    old: held !== null && !current,
    loading: query.isFetching,
    problem: query.error ? asProblem(query.error) : null,
    updated: query.dataUpdatedAt ? new Date(query.dataUpdatedAt) : null,
    fresh: held?.fresh ?? new Set(),
    news: current && search.cursor ? Math.max(0, held.page.position - held.position) : 0,
    again: () => void query.refetch(),
  };
}
