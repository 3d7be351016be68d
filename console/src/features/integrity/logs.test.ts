import { expect, test } from "vitest";
import type { LogState } from "@/api/types";
import { matching, namedLogs, summaryOf } from "./logs";

function log(tenant: string | null, size = 3, published = size): LogState {
  const origin = `example/logs/${tenant ?? "platform"}`;
  return { origin, tenant, size, root: size > 0 ? "ab" : null, published };
}

const NAMES = new Map([
  ["t1", "Zeta"],
  ["t2", "Client 10"],
  ["t3", "Client 9"],
]);
const ALL = [log("t1"), log("t2"), log(null), log("t3"), log("t4", 0), log("t5")];

test("the platform's log comes first, then names as people order them, then what has none", () => {
  const names = namedLogs(ALL, NAMES).map(({ name, origin }) => name ?? origin);
  expect(names).toEqual(["Platform", "Client 9", "Client 10", "example/logs/t5", "Zeta"]);
});

test("a log without entries is not listed", () => {
  expect(namedLogs(ALL, NAMES).map(({ tenant }) => tenant)).not.toContain("t4");
});

test("a log is found by a part of its name or of its origin", () => {
  const logs = namedLogs(ALL, NAMES);
  expect(matching(logs, "client").map(({ tenant }) => tenant)).toEqual(["t3", "t2"]);
  expect(matching(logs, "LOGS/T5").map(({ tenant }) => tenant)).toEqual(["t5"]);
  expect(matching(logs, "nobody")).toEqual([]);
});

test("how many logs are behind is said before any is looked at", () => {
  expect(summaryOf([log("t1"), log("t2")])).toBe("2 logs, all of them whole in the root log.");
  expect(summaryOf([log("t1"), log("t2", 3, 1)])).toBe(
    "2 logs; the last entries of 1 are not in the root log yet.",
  );
});
