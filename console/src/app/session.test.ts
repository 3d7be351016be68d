import { expect, test } from "vitest";
import type { Session } from "@/api/types";
import { may } from "./session";

const session = {
  permissions: ["activity.read", "activity.export", "users.read", "users.change"],
  assumedBy: null,
} as unknown as Session;

test("a role allows what it allows, and nothing else", () => {
  expect(may(session, "users.change")).toBe(true);
  expect(may(session, "identity.assume")).toBe(false);
});

test("who acts as somebody else reads, and changes and exports nothing", () => {
  const assumed = { ...session, assumedBy: { id: "1", email: "root@example.com", name: "Root" } };
  expect(session.permissions.filter((each) => may(assumed, each))).toEqual([
    "activity.read",
    "users.read",
  ]);
});
