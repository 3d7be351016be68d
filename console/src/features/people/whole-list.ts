/** Lists that come whole: filtered and cut into pages here, and shown like those that don't. */

export interface Whole<T> {
  asked: Date;
  filter: object;
  page: {
    items: readonly T[];
    next: string | null;
    previous: string | null;
    total: number;
    position: number;
  };
}

/** All of a list on one page. */
export function wholeList<T>(items: readonly T[]): Whole<T> {
  return pageOf(items, undefined, items.length);
}

/** One page of a list; a cursor is the rank of its first row. */
export function pageOf<T>(items: readonly T[], cursor: string | undefined, size: number): Whole<T> {
  const total = items.length;
  const wanted = Number(cursor ?? 0);
  const sane = Number.isInteger(wanted) && wanted > 0 && wanted < total;
  const position = sane ? wanted : 0;
  const end = position + size;
  return {
    asked: new Date(),
    filter: {},
    page: {
      items: items.slice(position, end),
      next: end < total ? String(end) : null,
      previous: position > 0 ? String(Math.max(0, position - size)) : null,
      total,
      position,
    },
  };
}
