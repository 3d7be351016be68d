/** One chip for each active filter. */

import type { Chip } from "@/components/filter-chips";
import { CONDITIONS, type Condition, type SessionSearch, withFilter } from "./search";
import { statusLabel } from "./words";

/** What ids stand for, as far as the page knows. */
export type Names = ReadonlyMap<string, string>;

const LABELS: Record<Condition, string> = {
  search: "Search",
  tenant: "Tenant",
  status: "Status",
  user: "User",
};

function shown(search: SessionSearch, key: Condition, names: Names): string | undefined {
  if (key === "status") return search.status && statusLabel(search.status);
  const value = search[key];
  if (value === undefined) return undefined;
  if (key === "search") return `“${value}”`;
  return names.get(value) ?? (value.length > 14 ? `${value.slice(0, 13)}…` : value);
}

export function chipsOf(search: SessionSearch, names: Names): Chip<SessionSearch>[] {
  return CONDITIONS.flatMap((key) => {
    const value = shown(search, key, names);
    if (value === undefined) return [];
    const without = withFilter(search, { [key]: undefined });
    return [{ key, label: LABELS[key], value, without }];
  });
}
