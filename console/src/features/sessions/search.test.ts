import { expect, test } from "vitest";
import { addressOf, parseSessionSearch } from "./search";

const search = {
  search: "mara",
  tenant: "88c556a3-7091-45de-9d03-1223e9b4d713",
  status: "revoked" as const,
  user: "1c0e6b0c-6d1e-4c3c-8f43-5d8d3f1d7a10",
  cursor: "AbC_-",
  open: ["id-1", "id-2"],
};

test("an address reads back as it was, and leaves the other tab's parameters alone", () => {
  const address = addressOf(search);
  expect(Object.keys(address).every((key) => key.startsWith("sessions_"))).toBe(true);
  expect(parseSessionSearch({ ...address, search: "fra", status: "failure" })).toEqual(search);
});

test("what makes no sense is dropped instead of sent", () => {
  const raw = {
    sessions_search: "  ",
    sessions_tenant: "1 or 1=1",
    sessions_status: "asleep",
    sessions_cursor: "",
    sessions_open: "<b>,",
    status: "revoked",
  };
  expect(parseSessionSearch(raw)).toEqual({});
});
