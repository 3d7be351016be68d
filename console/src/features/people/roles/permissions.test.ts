import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { permissionLabel } from "./words";

const ACCESS = new URL("../../../../../src/indelible/identity/access.py", import.meta.url);

test("every permission that the server knows has words of its own", () => {
  const declared = readFileSync(ACCESS, "utf8").matchAll(/^ {4}[A-Z_]+ = "([a-z]+\.[a-z]+)"$/gm);
  const permissions = [...declared].map((match) => match[1] ?? "");
  expect(permissions).toContain("activity.read");
  expect(permissions.filter((each) => permissionLabel(each) === each)).toEqual([]);
});
