import { expect, test } from "vitest";
import { chipsOf } from "./chips";

const user = "88c556a3-7091-45de-9d03-1223e9b4d713";

test("every active filter has one chip, in words", () => {
  const search = { search: "mara", status: "ended" as const, user, cursor: "c", open: ["id"] };
  const names = new Map([[user, "mara@northwind.example"]]);
  expect(chipsOf(search, names).map(({ label, value }) => `${label}: ${value}`)).toEqual([
    "Search: “mara”",
    "Status: Ended",
    "User: mara@northwind.example",
  ]);
  expect(chipsOf({ user }, new Map())[0]?.value).toBe("88c556a3-7091…");
});

test("clearing a chip leaves the others and goes to the first page", () => {
  const chips = chipsOf({ search: "x", status: "active", cursor: "c" }, new Map());
  expect(chips.map(({ key, without }) => [key, without])).toEqual([
    ["search", { status: "active" }],
    ["status", { search: "x" }],
  ]);
});
