import { expect, test } from "vitest";
import { type Draft, faultsOf, newUserOf } from "./draft";

const draft: Draft = {
  email: " mara@northwind.example ",
  name: "Mara",
  role: "viewer",
  tenant: "t1",
};

test("a whole draft has no faults and is sent without spaces around", () => {
  expect(faultsOf(draft, true)).toEqual({});
  expect(newUserOf(draft)).toEqual({
    email: "mara@northwind.example",
    name: "Mara",
    role: "viewer",
    tenant: "t1",
  });
});

test("what is missing is said field by field, in their order", () => {
  const empty: Draft = { email: "mara", name: " ", role: "admin", tenant: null };
  expect(Object.keys(faultsOf(empty, true))).toEqual(["email", "name", "tenant"]);
  expect(Object.keys(faultsOf(empty, false))).toEqual(["email", "name"]);
});

test("a Super Admin is of no tenant, whatever was chosen before", () => {
  const above: Draft = { ...draft, role: "super_admin" };
  expect(faultsOf({ ...above, tenant: null }, true)).toEqual({});
  expect(newUserOf(above)).not.toHaveProperty("tenant");
});
