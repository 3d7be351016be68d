import { expect, test } from "vitest";
import { inOrder, permissionLabel } from "./words";

test("permissions stand in the order of the subject, unknown ones last and by their name", () => {
  const given = ["zebra.ride", "users.read", "account.change", "activity.read"];
  expect(inOrder(given).map(permissionLabel)).toEqual([
    "Read the activity log",
    "See users and roles",
    "Manage the own account",
    "zebra.ride",
  ]);
});
