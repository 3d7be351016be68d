/** What the address bar holds: filters, page and open rows. The URL is the state. */

import type { Filter } from "@/api/types";
import type { PageNumber } from "@/components/pages";
import { ids, LONGEST, oneOf, present, text, toggled, uuid } from "@/components/parameters";
import { boundsOf, isBound, isInstant, isPreset, type Preset } from "@/time/window";
import { ACTIONS, STATUSES } from "./words";

export interface ActivitySearch {
  search?: string;
  tenant?: string;
  resource_type?: string;
  action?: string;
  status?: string;
  /** A relative window; excludes from and to. */
  range?: Preset;
  from?: string;
  to?: string;
  user?: string;
  session?: string;
  resource?: string;
  address?: string;
  /** Only what was done under an assumed identity. */
  assumed?: "true";
  /** The page, as the API's cursor: rows that stay while the log grows. */
  cursor?: string;
  /** The page by its number, where there is no cursor; neither of both is the first. */
  page?: PageNumber;
  /** When a relative window was asked for: a page belongs to one window, which may not slide. */
  at?: string;
  /** Ids of the expanded rows. */
  open?: string[];
}

/** The conditions, one chip each; the window counts as one. */
export const CONDITIONS = [
  "search",
  "tenant",
  "resource_type",
  "action",
  "status",
  "user",
  "session",
  "resource",
  "address",
  "assumed",
] as const;

export type Condition = (typeof CONDITIONS)[number];

/** Resource ids of other systems are long: a cloud's ARN. */
const LONGEST_RESOURCE = 500;

/** The router reads what looks like a number as one. */
function pageNumber(raw: unknown): PageNumber | undefined {
  if (raw === "last") return raw;
  const text = typeof raw === "number" ? String(raw) : raw;
  if (typeof text !== "string" || !/^[1-9]\d{0,11}$/.test(text)) return undefined;
  return text === "1" ? undefined : Number(text);
}

/** A page, and with a relative window the instant that the window was measured from. */
function placed(
  raw: Record<string, unknown>,
  relative: boolean,
): Pick<ActivitySearch, "cursor" | "page" | "at"> {
  const cursor = typeof raw.cursor === "string" ? raw.cursor.slice(0, LONGEST) : "";
  const page = pageNumber(raw.page);
  const place = cursor ? { cursor } : page ? { page } : null;
  if (!place) return {};
  if (!relative) return place;
  return isInstant(raw.at) ? { ...place, at: raw.at } : {};
}

/** Reads untrusted parameters; what makes no sense is dropped, not sent. */
export function parseActivitySearch(raw: Record<string, unknown>): ActivitySearch {
  const range = isPreset(raw.range) ? raw.range : undefined;
  return present({
    search: text(raw.search),
    tenant: uuid(raw.tenant),
    resource_type: text(raw.resource_type),
    action: oneOf(raw.action, ACTIONS),
    status: oneOf(raw.status, STATUSES),
    range,
    from: !range && isBound(raw.from) ? raw.from : undefined,
    to: !range && isBound(raw.to) ? raw.to : undefined,
    user: text(raw.user),
    session: text(raw.session),
    resource: text(raw.resource, LONGEST_RESOURCE),
    address: text(raw.address),
    assumed: oneOf(raw.assumed, ["true"] as const),
    ...placed(raw, range !== undefined),
    open: ids(raw.open),
  }) as ActivitySearch;
}

/** The API's filter at `now`: relative windows become bounds, page and open rows stay out. */
export function filterOf(search: ActivitySearch, now: Date, timeZone: string): Filter {
  const { range, assumed, ...conditions } = conditionsOf(search);
  const filter = assumed ? { ...conditions, assumed: true } : conditions;
  return (range ? { ...filter, ...boundsOf(range, now, timeZone) } : filter) as Filter;
}

/** The filters alone, as a key: same key, same rows in the same order. */
export function conditionsOf(search: ActivitySearch): ActivitySearch {
  const { cursor: _cursor, page: _page, at: _at, open: _open, ...conditions } = search;
  return conditions;
}

/** A page of filtered rows, as a key. */
export function pageKey({ open: _open, ...page }: ActivitySearch): ActivitySearch {
  return page;
}

/** Other filters: back to the first page, everything closed. `undefined` clears a filter. */
export function withFilter(
  search: ActivitySearch,
  patch: { [Key in keyof ActivitySearch]?: ActivitySearch[Key] | undefined },
): ActivitySearch {
  return present({ ...conditionsOf(search), ...patch }) as ActivitySearch;
}

/** Another window: a preset, bounds, or all time. */
export function withWindow(
  search: ActivitySearch,
  window: Preset | { from?: string | undefined; to?: string | undefined } | null,
): ActivitySearch {
  const none = { range: undefined, from: undefined, to: undefined };
  if (window === null) return withFilter(search, none);
  if (typeof window === "string") return withFilter(search, { ...none, range: window });
  return withFilter(search, { ...none, ...window });
}

function moved(
  search: ActivitySearch,
  place: Pick<ActivitySearch, "cursor" | "page">,
  at: Date,
): ActivitySearch {
  const next = { ...conditionsOf(search), ...place };
  return search.range ? { ...next, at: at.toISOString() } : next;
}

/** Another page of the rows that were asked for `at`; without a cursor the first page, as of now. */
export function withCursor(
  search: ActivitySearch,
  cursor: string | undefined,
  at: Date,
): ActivitySearch {
  return cursor ? moved(search, { cursor }, at) : conditionsOf(search);
}

/** A page by its number, of the rows that were asked for `at`; the first one as of now. */
export function withPage(search: ActivitySearch, page: PageNumber, at: Date): ActivitySearch {
  return page === 1 ? conditionsOf(search) : moved(search, { page }, at);
}

/** Whether the address names a page; else it is the first, whose top is the newest row. */
export function isPaged({ cursor, page }: ActivitySearch): boolean {
  return (cursor ?? page) !== undefined;
}

/** Opens a closed row, closes an open one. */
export function withToggled(search: ActivitySearch, id: string): ActivitySearch {
  return present({ ...search, open: toggled(search.open, id) }) as ActivitySearch;
}

/** Whether the rows are limited in time. */
export function hasWindow(search: ActivitySearch): boolean {
  return Boolean(search.range ?? search.from ?? search.to);
}

/** Whether anything but the window limits the rows. */
export function hasConditions(search: ActivitySearch): boolean {
  return CONDITIONS.some((key) => search[key] !== undefined);
}
