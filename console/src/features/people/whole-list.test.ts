import { expect, test } from "vitest";
import { pageOf, wholeList } from "./whole-list";

const rows = Array.from({ length: 45 }, (_, index) => index);

test("pages lie one behind the other and end with the list", () => {
  const first = pageOf(rows, undefined, 20).page;
  expect([first.items.length, first.previous, first.next]).toEqual([20, null, "20"]);
  const last = pageOf(rows, "40", 20).page;
  expect([last.items, last.previous, last.next]).toEqual([[40, 41, 42, 43, 44], "20", null]);
});

test("a cursor that leads nowhere is the first page", () => {
  for (const cursor of ["45", "-1", "x", "1.5", ""]) {
    expect(pageOf(rows, cursor, 20).page.position, cursor).toBe(0);
  }
});

test("a whole list is one page, an empty one too", () => {
  expect(wholeList(rows).page).toMatchObject({ total: 45, next: null, previous: null });
  expect(wholeList([]).page).toMatchObject({ items: [], total: 0, next: null });
});
