import { expect, test } from "vitest";
import {
  filterOf,
  hasConditions,
  type ListSearch,
  pageKey,
  withCursor,
  withFilter,
  withToggled,
} from "./list-search";

interface Search extends ListSearch {
  status?: string;
}

const search: Search = { search: "mara", status: "revoked", cursor: "AbC_-", open: ["id-1"] };

test("the filter for the server has neither page nor open rows in it", () => {
  expect(filterOf(search)).toEqual({ search: "mara", status: "revoked" });
  expect(pageKey(search)).toEqual({ search: "mara", status: "revoked", cursor: "AbC_-" });
});

test("another filter begins at the first page with all rows closed", () => {
  expect(withFilter(search, { status: "active" })).toEqual({ search: "mara", status: "active" });
  expect(withFilter(search, { search: undefined })).toEqual({ status: "revoked" });
});

test("another page keeps the filters, a toggled row the page", () => {
  expect(withCursor(search, "d")).toEqual({ search: "mara", status: "revoked", cursor: "d" });
  expect(withCursor(search, undefined)).toEqual({ search: "mara", status: "revoked" });
  const opened = withToggled({ cursor: "c" }, "id");
  expect(opened).toEqual({ cursor: "c", open: ["id"] });
  expect(withToggled(opened, "id")).toEqual({ cursor: "c" });
});

test("page and open rows are no conditions", () => {
  expect(hasConditions({ cursor: "c", open: ["id"] })).toBe(false);
  expect(hasConditions({ search: "x" })).toBe(true);
});
