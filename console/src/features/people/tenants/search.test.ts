import { expect, test } from "vitest";
import type { TenantRow } from "@/api/types";
import { chipsOf, parseTenantSearch, passing } from "./search";

const tenant = (id: string, name: string, disabled = false): TenantRow => ({
  id,
  name,
  disabled,
  createdAt: "2026-11-01T09:00:00Z",
  users: 3,
  activeSessions: 1,
});
const tenants = [tenant("0a1b", "Helvetia Clinics"), tenant("7c2d", "Northwind", true)];

test("tenants are found by a part of the name, by the start of the id, and by status", () => {
  const found = (search: object) => passing(tenants, search).map(({ id }) => id);
  expect(found({})).toEqual(["0a1b", "7c2d"]);
  expect(found({ search: "CLINIC" })).toEqual(["0a1b"]);
  expect(found({ search: "7c" })).toEqual(["7c2d"]);
  expect(found({ status: "active" })).toEqual(["0a1b"]);
  expect(found({ search: "helvetia", status: "disabled" })).toEqual([]);
});

test("what makes no sense in an address is dropped", () => {
  expect(parseTenantSearch({ status: "asleep", search: " ", open: "<b>" })).toEqual({});
});

test("every active filter has one chip, in words", () => {
  const chips = chipsOf({ search: "north", status: "disabled", cursor: "20" });
  expect(chips.map(({ label, value }) => `${label}: ${value}`)).toEqual([
    "Search: “north”",
    "Status: Disabled",
  ]);
});
