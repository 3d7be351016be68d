import { expect, test } from "vitest";
import { clockOf, saidOf } from "./time-left";

test("minutes and seconds", () => {
  expect([1800, 1445, 65, 9, 0].map(clockOf)).toEqual(["30:00", "24:05", "1:05", "0:09", "0:00"]);
});

test("ears hear of the end at five minutes, one minute and ten seconds, and not every second", () => {
  expect([1800, 301].map(saidOf)).toEqual(["", ""]);
  const heard = Array.from({ length: 300 }, (_, index) => saidOf(300 - index));
  expect([...new Set(heard)]).toEqual([
    "The assumed identity ends in 5 minutes.",
    "The assumed identity ends in 1 minute.",
    "The assumed identity ends in 10 seconds.",
  ]);
});
