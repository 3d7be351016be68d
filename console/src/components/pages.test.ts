import { describe, expect, test } from "vitest";
import { freshIds, keptOpen, placeOf, typedPage } from "./pages";

const rows = (...ids: string[]) => ids.map((id) => ({ id }));

describe("page N of M", () => {
  test("counts whole pages and a last one that is shorter", () => {
    expect(placeOf(0, 20, 41, 20)).toEqual({ number: 1, count: 3, first: 1, last: 20 });
    expect(placeOf(40, 1, 41, 20)).toEqual({ number: 3, count: 3, first: 41, last: 41 });
  });

  test("of no rows is one page without rows", () => {
    expect(placeOf(0, 0, 0, 20)).toEqual({ number: 1, count: 1, first: 0, last: 0 });
  });

  test("stays while a few rows come in above, and follows when a page of them has", () => {
    expect(placeOf(23, 20, 100, 20).number).toBe(2);
    expect(placeOf(41, 20, 120, 20).number).toBe(3);
  });

  test("is 1 for the first page alone, and M for the last page alone", () => {
    expect(placeOf(3, 20, 100, 20).number).toBe(2);
    for (let position = 0; position < 200; position++) {
      const shown = Math.min(20, 200 - position);
      const { number, count } = placeOf(position, shown, 200, 20);
      expect(number === 1).toBe(position === 0);
      expect(number === count).toBe(position + shown === 200);
    }
  });
});

describe("a page that is typed", () => {
  test("is a number, with or without commas", () => {
    expect(typedPage(" 7 ", 12)).toEqual({ page: 7 });
    expect(typedPage("500,000", 500_000)).toEqual({ page: 500_000 });
    expect(typedPage("007", 12)).toEqual({ page: 7 });
  });

  test("is none where nothing is typed", () => {
    expect(typedPage("  ", 12)).toBeNull();
  });

  test("is refused in words where there is no such page", () => {
    const wrong = "Type a page from 1 to 1,200.";
    for (const typed of ["0", "1201", "-1", "1.5", "1e2", "seven", "9".repeat(16)]) {
      expect(typedPage(typed, 1200), typed).toEqual({ wrong });
    }
  });
});

describe("after a refresh", () => {
  test("the rows that were not there before are new", () => {
    expect([...freshIds(rows("c", "b", "a"), rows("b", "a"))]).toEqual(["c"]);
  });

  test("nothing is new on a first look", () => {
    expect(freshIds(rows("a"), null).size).toBe(0);
  });

  test("an open row that was pushed off the page is kept", () => {
    expect(keptOpen(["a", "b"], rows("c", "b"))).toEqual(["a"]);
  });
});
