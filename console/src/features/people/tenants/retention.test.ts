import { expect, test } from "vitest";
import type { Retention } from "@/api/types";
import { keptText, losesMore, rulesOf } from "./retention";

const KEPT: Retention = { days: 400, default: true, hold: null, purged: 0 };

test("what is in force is said with where it comes from", () => {
  expect(keptText(KEPT)).toBe("400 days, the platform’s default");
  expect(keptText({ ...KEPT, days: 1, default: false })).toBe("1 day");
  expect(keptText({ ...KEPT, hold: "case 17" })).toContain("on hold, nothing is purged");
});

test("no number is the platform's default, and a hold is a reason", () => {
  expect(rulesOf(" ", " ")).toEqual({ days: null, hold: null });
  expect(rulesOf("730", " case 17 ")).toEqual({ days: 730, hold: "case 17" });
});

test("what is no number of days is not sent", () => {
  for (const typed of ["0", "-1", "1.5", "a year", "36501", "1e3"])
    expect(rulesOf(typed, "")).toBeNull();
});

test("who shortens the time or lifts a hold is warned", () => {
  expect(losesMore(KEPT, { days: 30, hold: null })).toBe(true);
  expect(losesMore({ ...KEPT, hold: "case 17" }, { days: null, hold: null })).toBe(true);
  expect(losesMore({ ...KEPT, days: 730, default: false }, { days: null, hold: null })).toBe(true);
  expect(losesMore(KEPT, { days: 730, hold: null })).toBe(false);
  expect(losesMore(KEPT, { days: 30, hold: "case 17" })).toBe(false);
});
