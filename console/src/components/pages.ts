/** Pages of rows, and where one stands among all rows. */

/** A page as the server answers it, whatever its rows are. */
export interface Page {
  items: readonly { id: string }[];
  next: string | null;
  previous: string | null;
  total: number;
  /** Rank of the first row, from 0. */
  position: number;
}

export interface Place {
  number: number;
  count: number;
  /** Rank of the first and last row shown, from 1; 0 when there is none. */
  first: number;
  last: number;
}

/**
 * "Page `number` of `count`" for rows that start at `position`, from 0.
 *
 * A cursor stays at its row while new rows come in above, so pages need not start at a multiple of
 * the page size: the number is that of the nearest page. The first page is 1, and only it; the last
 * one is `count`.
 */
export function placeOf(position: number, shown: number, total: number, size: number): Place {
  const number = position === 0 ? 1 : Math.max(2, Math.round(position / size) + 1);
  const behind = Math.max(0, total - position - shown);
  return {
    number,
    count: number + Math.ceil(behind / size),
    first: shown ? position + 1 : 0,
    last: position + shown,
  };
}

/** A page as one jumps to it: its number, from 1, or the one that is the last by then. */
export type PageNumber = number | "last";

/** What was typed as a page of `count`: where to go, what is wrong with it, or nothing at all. */
export function typedPage(
  typed: string,
  count: number,
): { page: number } | { wrong: string } | null {
  const digits = typed.replace(/[\s,]/g, "");
  if (!digits) return null;
  const page = /^\d+$/.test(digits) ? Number(digits) : 0;
  if (page >= 1 && page <= count) return { page };
  return { wrong: `Type a page from 1 to ${count.toLocaleString("en-US")}.` };
}

/** Ids of `rows` that were not among `before`; none on a first look. */
export function freshIds(
  rows: readonly { id: string }[],
  before: readonly { id: string }[] | null,
): ReadonlySet<string> {
  if (!before) return new Set();
  const known = new Set(before.map((row) => row.id));
  return new Set(rows.filter((row) => !known.has(row.id)).map((row) => row.id));
}

/** Open entries that are not among the rows: linked to, or pushed off the page by newer ones. */
export function keptOpen(open: readonly string[], rows: readonly { id: string }[]): string[] {
  const here = new Set(rows.map((row) => row.id));
  return open.filter((id) => !here.has(id));
}
