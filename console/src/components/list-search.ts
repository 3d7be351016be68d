/** What the address holds of a list: conditions, page and open rows. The URL is the state. */

import { present, toggled } from "./parameters";

export interface ListSearch {
  search?: string;
  /** The page, as the API's cursor; none is the first. */
  cursor?: string;
  /** Ids of the expanded rows. */
  open?: string[];
}

/** The conditions alone. */
export type Conditions<S extends ListSearch> = Omit<S, "cursor" | "open">;

export type Patch<S extends ListSearch> = {
  [Key in keyof Conditions<S>]?: Conditions<S>[Key] | undefined;
};

/** The API's filter, and as a key: same key, same rows in the same order. */
export function filterOf<S extends ListSearch>(search: S): Conditions<S> {
  const { cursor: _cursor, open: _open, ...conditions } = search;
  return conditions;
}

/** A page of filtered rows, as a key. */
export function pageKey<S extends ListSearch>(search: S): Omit<S, "open"> {
  const { open: _open, ...page } = search;
  return page;
}

/** Other filters: back to the first page, everything closed. `undefined` clears a filter. */
export function withFilter<S extends ListSearch>(search: S, patch: Patch<S>): S {
  return present({ ...filterOf(search), ...patch }) as unknown as S;
}

export function withCursor<S extends ListSearch>(search: S, cursor: string | undefined): S {
  return present({ ...filterOf(search), cursor }) as unknown as S;
}

/** Opens a closed row, closes an open one. */
export function withToggled<S extends ListSearch>(search: S, id: string): S {
  return present({ ...search, open: toggled(search.open, id) });
}

export function hasConditions(search: ListSearch): boolean {
  return Object.values(filterOf(search)).some((value) => value !== undefined);
}
