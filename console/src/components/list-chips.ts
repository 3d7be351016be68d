/** One chip for each active filter of a list. */

import type { Chip } from "./filter-chips";
import { type Conditions, type ListSearch, type Patch, withFilter } from "./list-search";

/** What ids stand for, as far as the page knows. */
export type Names = ReadonlyMap<string, string>;

/** The name of an id; where the page does not know it, its start. */
export function nameIn(names: Names): (id: string) => string {
  return (id) => names.get(id) ?? (id.length > 14 ? `${id.slice(0, 13)}…` : id);
}

export function quoted(text: string): string {
  return `“${text}”`;
}

/** How each condition is called, and its value in words; chips stand in this order. */
export type ChipWords<S extends ListSearch> = {
  [Key in keyof Conditions<S>]-?: {
    label: string;
    shown: (value: NonNullable<Conditions<S>[Key]>) => string;
  };
};

export function listChips<S extends ListSearch>(search: S, words: ChipWords<S>): Chip<S>[] {
  const keys = Object.keys(words) as (keyof Conditions<S> & string)[];
  return keys.flatMap((key) => {
    const value = search[key];
    if (value === undefined) return [];
    const { label, shown } = words[key];
    const without = withFilter(search, { [key]: undefined } as Patch<S>);
    return [{ key, label, value: shown(value as NonNullable<Conditions<S>[typeof key]>), without }];
  });
}
