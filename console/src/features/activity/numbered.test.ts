import { expect, test } from "vitest";
import type { Place } from "@/api/activity";
import { PAGE_SIZE } from "@/api/page";
import type { Page } from "@/api/types";
import { anchorOf, numbered } from "./numbered";

/** Answers as the API does; rows are numbers, the newest is the greatest. */
function server(total: number) {
  const log = { total, asked: [] as Place[] };
  const ask = async (place: Place): Promise<Page> => {
    log.asked.push(place);
    const { cursor, limit = PAGE_SIZE } = place;
    const [side, row] = cursor?.split(":") ?? [];
    const rank = log.total - Number(row);
    const wanted =
      side === "older" ? rank + 1 : side === "newer" ? rank - limit : (place.position ?? 0);
    const most = side === "older" ? wanted : log.total - limit;
    const position = Math.max(0, Math.min(wanted, most));
    const rows = Array.from({ length: log.total }, (_, rank) => log.total - rank);
    const items = rows.slice(position, position + limit).map((id) => ({ id: String(id) }));
    const next = position + items.length < log.total ? `older:${items.at(-1)?.id}` : null;
    const previous = position > 0 ? `newer:${items[0]?.id}` : null;
    return { items, next, previous, total: log.total, position } as unknown as Page;
  };
  return { log, ask };
}

const ids = (page: Page) => page.items.map(({ id }) => Number(id));

test("each row is on exactly one page", async () => {
  const { ask } = server(45);
  const pages = await Promise.all([1, 2, 3].map((number) => numbered(number, ask)));
  expect(pages.flatMap(ids)).toEqual(Array.from({ length: 45 }, (_, rank) => 45 - rank));
  expect(pages.map(({ position }) => position)).toEqual([0, 20, 40]);
});

test("beyond the end is the last page, whatever its number is by now", async () => {
  for (const total of [1, 19, 20, 21, 40, 45]) {
    const last = Math.ceil(total / PAGE_SIZE);
    for (const number of ["last", last, last + 7] as const) {
      const page = await numbered(number, server(total).ask);
      expect(page.position, `${number} of ${total}`).toBe((last - 1) * PAGE_SIZE);
      expect(page.items.length).toBe(total - page.position);
      expect(page.next).toBeNull();
    }
  }
});

test("of no rows is one page without rows", async () => {
  const { log, ask } = server(0);
  expect((await numbered("last", ask)).items).toEqual([]);
  expect(log.asked.length).toBe(1);
});

test("the rows of a page are found again when the log has grown", async () => {
  const { log, ask } = server(45);
  const page = await numbered(2, ask);
  log.total = 52;
  const anchor = await anchorOf(page, ask);
  expect(ids(await ask({ cursor: anchor as string }))).toEqual(ids(page));
});

test("the first page is not held: it begins at the newest row", async () => {
  const { ask } = server(45);
  expect(await anchorOf(await numbered(1, ask), ask)).toBeUndefined();
});
