/** One chip for each active filter. */

import type { Chip as ChipOf } from "@/components/filter-chips";
import { type Names, nameIn, quoted } from "@/components/list-chips";
import { boundText, PRESETS } from "@/time/window";
import { type ActivitySearch, CONDITIONS, type Condition, withFilter, withWindow } from "./search";
import { actionLabel, statusLabel, typeLabel } from "./words";

type Chip = ChipOf<ActivitySearch>;

export interface Dates {
  dateFormat: string;
  timeZone: string;
}

const LABELS: Record<Condition, string> = {
  search: "Search",
  tenant: "Tenant",
  resource_type: "Type",
  action: "Action",
  status: "Status",
  user: "User",
  session: "Session",
  resource: "Resource",
  address: "IP address",
  assumed: "Identity",
};

function shown(key: Condition, value: string, names: Names): string {
  switch (key) {
    case "search":
      return quoted(value);
    case "resource_type":
      return typeLabel(value);
    case "action":
      return actionLabel(value);
    case "status":
      return statusLabel(value);
    case "address":
      return value;
    case "assumed":
      return "Assumed";
    default:
      return nameIn(names)(value);
  }
}

/** The window in words: a preset's name, or its bounds. */
export function windowText(search: ActivitySearch, { dateFormat, timeZone }: Dates): string | null {
  if (search.range) return PRESETS[search.range];
  const from = search.from && boundText(search.from, dateFormat, timeZone);
  const to = search.to && boundText(search.to, dateFormat, timeZone);
  if (from && to) return from === to ? from : `${from} – ${to}`;
  if (from) return `From ${from}`;
  return to ? `Until ${to}` : null;
}

export function chipsOf(search: ActivitySearch, names: Names, dates: Dates): Chip[] {
  const chips: Chip[] = [];
  const window = windowText(search, dates);
  if (window) {
    chips.push({ key: "time", label: "Time", value: window, without: withWindow(search, null) });
  }
  for (const key of CONDITIONS) {
    const value = search[key];
    if (value === undefined) continue;
    const without = withFilter(search, { [key]: undefined });
    chips.push({ key, label: LABELS[key], value: shown(key, value, names), without });
  }
  return chips;
}
