import { expect, test } from "vitest";
import { problem } from "@/api/problem";
import { asksAgain, MOST_AGAIN, pauseOf, turnedAway } from "./patience";

const busy = problem(503, { retryAfter: 3 });

test("a busy server is asked again when it says so, and not for ever", () => {
  expect(pauseOf(busy)).toBeGreaterThanOrEqual(3000);
  expect(pauseOf(busy)).toBeLessThanOrEqual(4500);
  expect(asksAgain(MOST_AGAIN - 1, busy)).toBe(true);
  expect(asksAgain(MOST_AGAIN, busy)).toBe(false);
  expect(asksAgain(0, problem(429, { retryAfter: 1 }))).toBe(true);
});

test("nobody is kept waiting for minutes", () => {
  expect(asksAgain(0, problem(429, { retryAfter: 600 }))).toBe(false);
});

test("what never arrived is asked once more, what is refused never", () => {
  expect([asksAgain(0, problem(0)), asksAgain(1, problem(0))]).toEqual([true, false]);
  expect([asksAgain(0, problem(502)), asksAgain(1, problem(502))]).toEqual([true, false]);
  for (const status of [401, 403, 404, 422]) expect(asksAgain(0, problem(status))).toBe(false);
  expect(pauseOf(problem(0))).toBeLessThan(1000);
});

test("what waits for a busy server is told from what merely loads or has given up", () => {
  const query = { fetchStatus: "fetching", fetchFailureCount: 2, fetchFailureReason: busy };
  expect(turnedAway([query, { ...query, fetchFailureCount: 1 }])).toBe(2);
  expect(turnedAway([{ ...query, fetchStatus: "idle" }])).toBe(0);
  expect(turnedAway([{ ...query, fetchFailureReason: null }])).toBe(0);
  expect(turnedAway([{ ...query, fetchFailureReason: problem(0) }])).toBe(0);
  expect(turnedAway([])).toBe(0);
});
