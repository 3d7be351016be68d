import { expect, test } from "vitest";
import type { User } from "@/api/types";
import { type Administrator, actionsOf } from "./actions";

const mara: User = {
  id: "mara",
  email: "mara@northwind.example",
  name: "Mara Lind",
  role: "admin",
  tenant: { id: "northwind", name: "Northwind" },
  status: "active",
  createdAt: "2026-11-01T09:00:00Z",
  lastSignInAt: null,
  secondFactor: true,
  activeSessions: 2,
};
const root: Administrator = { id: "root", mayChange: true, mayRevoke: true, mayAssume: true };
const admin: Administrator = { ...root, id: "other", mayAssume: false };

test("a Super Admin does all that can be done about somebody", () => {
  expect(actionsOf(mara, root)).toEqual([
    "assume",
    "edit",
    "role",
    "reset",
    "second-factor",
    "sessions",
    "disable",
  ]);
});

test("only those who may assume are offered it, and never for whom it is refused", () => {
  expect(actionsOf(mara, admin)).not.toContain("assume");
  for (const user of [
    { ...mara, id: "root" },
    { ...mara, role: "super_admin" },
    { ...mara, status: "disabled" as const },
  ]) {
    expect(actionsOf(user, root), JSON.stringify(user)).not.toContain("assume");
  }
});

test("nobody locks oneself out or changes the own role", () => {
  expect(actionsOf({ ...mara, id: "other" }, admin)).toEqual(["edit", "sessions"]);
});

test("who was invited gets a new link, who is disabled is enabled", () => {
  const fresh = { ...mara, secondFactor: false, activeSessions: 0 };
  expect(actionsOf({ ...fresh, status: "invited" }, admin)).toEqual([
    "edit",
    "role",
    "invitation",
    "disable",
  ]);
  expect(actionsOf({ ...fresh, status: "disabled" }, admin)).toEqual(["edit", "role", "enable"]);
});

test("who only reads changes nothing", () => {
  const reader = { ...root, mayChange: false, mayRevoke: false, mayAssume: false };
  expect(actionsOf(mara, reader)).toEqual([]);
});
