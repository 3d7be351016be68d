import { describe, expect, test } from "vitest";
import {
  filterOf,
  hasConditions,
  hasWindow,
  isPaged,
  parseActivitySearch,
  withCursor,
  withFilter,
  withPage,
  withToggled,
  withWindow,
} from "./search";

const tenant = "38170082-f13e-4407-9eac-fc4f69f9b06b";
const now = new Date("2026-11-23T12:00:00Z");

describe("reading the address", () => {
  test("keeps every filter, the page and the open rows", () => {
    const raw = {
      search: " fra ",
      tenant,
      resource_type: "edge",
      action: "sync",
      status: "failure",
      from: "2026-11-01",
      to: "2026-11-23T10:00:00Z",
      user: "u1",
      session: "s1",
      resource: "arn:aws:iam::1:role/x",
      address: "2001:db8::1",
      cursor: "AbC_-",
      open: "id-1,id-2,id-1",
    };
    expect(parseActivitySearch(raw)).toEqual({ ...raw, search: "fra", open: ["id-1", "id-2"] });
  });

  test("drops what makes no sense instead of sending it", () => {
    const raw = {
      action: "explode",
      status: "maybe",
      tenant: "1 or 1=1",
      from: "yesterday",
      to: "2026-02-31",
      range: "1y",
      search: "  ",
      open: "<b>,",
      cursor: "",
      utm_source: "mail",
    };
    expect(parseActivitySearch(raw)).toEqual({});
  });

  test("takes the preset of assumed identities, and asks the server for it", () => {
    expect(parseActivitySearch({ assumed: "false" })).toEqual({});
    const search = parseActivitySearch({ assumed: "true" });
    expect(filterOf(search, new Date(), "UTC")).toEqual({ assumed: true });
  });

  test("prefers a relative window to bounds", () => {
    expect(parseActivitySearch({ range: "24h", from: "2026-11-01" })).toEqual({ range: "24h" });
  });

  test("of a page of a relative window needs the instant it was measured from", () => {
    expect(parseActivitySearch({ range: "24h", cursor: "c" })).toEqual({ range: "24h" });
    const at = "2026-11-23T12:00:00.000Z";
    expect(parseActivitySearch({ range: "24h", cursor: "c", at })).toEqual({
      range: "24h",
      cursor: "c",
      at,
    });
    expect(parseActivitySearch({ cursor: "c", at })).toEqual({ cursor: "c" });
  });
});

describe("a page by its number", () => {
  test("is read from the address, as text or as the router's number", () => {
    expect(parseActivitySearch({ page: "12" })).toEqual({ page: 12 });
    expect(parseActivitySearch({ page: 12 })).toEqual({ page: 12 });
    expect(parseActivitySearch({ page: "last" })).toEqual({ page: "last" });
  });

  test("that makes no sense, or is the first, is no page", () => {
    for (const page of ["1", 1, 0, "0", "-2", 2.5, "x", "1e3", "9".repeat(13), true, null]) {
      expect(parseActivitySearch({ page }), String(page)).toEqual({});
    }
  });

  test("stands behind a cursor", () => {
    expect(parseActivitySearch({ cursor: "c", page: "3" })).toEqual({ cursor: "c" });
  });

  test("of a relative window needs the instant it was measured from", () => {
    const at = "2026-11-23T12:00:00.000Z";
    expect(parseActivitySearch({ range: "24h", page: "3" })).toEqual({ range: "24h" });
    expect(parseActivitySearch({ range: "24h", page: "3", at })).toEqual({
      range: "24h",
      page: 3,
      at,
    });
  });
});

describe("the filter for the server", () => {
  test("has neither page nor open rows in it", () => {
    const search = { action: "sync", cursor: "c", page: 3, open: ["id"] };
    expect(filterOf(search, now, "UTC")).toEqual({ action: "sync" });
  });

  test("has a relative window as bounds", () => {
    expect(filterOf({ range: "1h" }, now, "UTC")).toEqual({ from: "2026-11-23T11:00:00.000Z" });
  });
});

describe("moving on", () => {
  const search = {
    search: "x",
    range: "24h" as const,
    cursor: "c",
    at: now.toISOString(),
    open: ["id"],
  };

  test("another filter begins at the first page with all rows closed", () => {
    expect(withFilter(search, { action: "sync" })).toEqual({
      search: "x",
      range: "24h",
      action: "sync",
    });
    expect(withFilter(search, { search: undefined })).toEqual({ range: "24h" });
  });

  test("another window replaces the one before", () => {
    expect(withWindow(search, { from: "2026-11-01", to: "2026-11-02" })).toEqual({
      search: "x",
      from: "2026-11-01",
      to: "2026-11-02",
    });
    expect(withWindow({ from: "2026-11-01" }, "7d")).toEqual({ range: "7d" });
    expect(withWindow(search, null)).toEqual({ search: "x" });
  });

  test("another page holds a relative window still; the first page lets it slide", () => {
    expect(withCursor(search, "d", now)).toEqual({ ...search, cursor: "d", open: undefined });
    expect(withCursor(search, undefined, now)).toEqual({ search: "x", range: "24h" });
    expect(withCursor({ action: "sync" }, "d", now)).toEqual({ action: "sync", cursor: "d" });
  });

  test("a number takes the place of a cursor, and the first page of both", () => {
    expect(withPage(search, "last", now)).toEqual({
      search: "x",
      range: "24h",
      page: "last",
      at: now.toISOString(),
    });
    expect(withPage({ action: "sync", cursor: "c" }, 3, now)).toEqual({ action: "sync", page: 3 });
    expect(withPage(search, 1, now)).toEqual({ search: "x", range: "24h" });
    expect(withCursor({ page: 3 }, "c", now)).toEqual({ cursor: "c" });
    expect(withFilter({ page: 3 }, { action: "sync" })).toEqual({ action: "sync" });
    expect([isPaged({ page: 3 }), isPaged({ cursor: "c" }), isPaged({})]).toEqual([
      true,
      true,
      false,
    ]);
  });

  test("a row opens and closes where one is", () => {
    const opened = withToggled({ cursor: "c" }, "id");
    expect(opened).toEqual({ cursor: "c", open: ["id"] });
    expect(withToggled(opened, "id")).toEqual({ cursor: "c" });
  });
});

test("a window is not a condition", () => {
  expect([hasWindow({ to: "2026-11-01" }), hasConditions({ to: "2026-11-01" })]).toEqual([
    true,
    false,
  ]);
  expect([hasWindow({ user: "u" }), hasConditions({ user: "u" })]).toEqual([false, true]);
});
