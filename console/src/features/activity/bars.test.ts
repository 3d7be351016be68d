import { describe, expect, test } from "vitest";
import {
  barsOf,
  bucketAt,
  bucketText,
  niceTop,
  outcomesOf,
  outcomesText,
  spanOf,
  ticksOf,
  topText,
} from "./bars";

const dates = { dateFormat: "YYYY-MM-DD HH:mm:ss", timeZone: "Europe/Berlin" };

function buckets(from: string, seconds: number, count: number) {
  const start = Date.parse(from);
  return Array.from({ length: count }, (_, index) => ({
    start: new Date(start + index * seconds * 1000).toISOString(),
    success: index,
    failure: index % 2,
    purged: index % 3,
  }));
}

describe("bars", () => {
  test("stand on each other and stay inside", () => {
    for (const bar of barsOf(buckets("2026-11-23T00:00:00Z", 60, 30), 600, 64)) {
      expect(bar.failure.y + bar.failure.height).toBeCloseTo(64);
      expect(bar.success.y + bar.success.height).toBeCloseTo(bar.failure.y);
      expect(bar.purged.y + bar.purged.height).toBeCloseTo(bar.success.y);
      expect(bar.purged.y).toBeGreaterThanOrEqual(0);
      expect(bar.x + bar.width).toBeLessThanOrEqual(600);
    }
  });

  test("show a single entry beside thousands", () => {
    const two = [
      { start: "", success: 100_000, failure: 1, purged: 0 },
      { start: "", success: 0, failure: 0, purged: 0 },
    ];
    const [first, second] = barsOf(two, 100, 64);
    expect(first?.failure.height).toBeGreaterThanOrEqual(1);
    expect(second?.success.height).toBe(0);
  });

  test("say of purged entries how many there are, and nothing where there are none", () => {
    const one = { start: "", success: 2, failure: 1, purged: 0 };
    expect(outcomesText(one)).toBe("2 successes, 1 failure");
    const all = outcomesOf([one, { start: "", success: 0, failure: 0, purged: 1200 }]);
    expect(outcomesText(all)).toBe("2 successes, 1 failure, 1,200 purged");
    expect(outcomesText({ success: 0, failure: 0, purged: 7 })).toBe("7 purged");
  });

  test("have a round scale", () => {
    expect([0, 1, 2, 3, 7, 11, 50, 51].map(niceTop)).toEqual([1, 1, 2, 3, 8, 15, 50, 60]);
    expect([12_000, 99_999, 1_200_000].map(niceTop)).toEqual([15_000, 100_000, 1_500_000]);
    expect([800, 8000, 15_000, 1_500_000].map(topText)).toEqual(["800", "8,000", "15K", "1.5M"]);
  });
});

describe("zooming", () => {
  const bars = buckets("2026-11-23T00:00:00Z", 3600, 24);

  test("goes from the start of the first bar to the end of the last, whichever way it was dragged", () => {
    const span = { from: "2026-11-23T02:00:00Z", to: "2026-11-23T06:00:00Z" };
    expect(spanOf(bars, 3600, 2, 5)).toEqual(span);
    expect(spanOf(bars, 3600, 5, 2)).toEqual(span);
  });

  test("finds the bar under the pointer, at the edges too", () => {
    expect([-5, 0, 99, 50].map((x) => bucketAt(x, 100, 10))).toEqual([0, 0, 9, 5]);
    expect(bucketAt(140, 100, 10)).toBe(9);
  });
});

describe("ticks", () => {
  test("stand at round times of the platform's clock", () => {
    const ticks = ticksOf(buckets("2026-11-23T05:00:00Z", 1800, 24), 1800, 6, dates);
    expect(ticks.map((tick) => tick.label)).toEqual(["06:00", "09:00", "12:00", "15:00"]);
  });

  test("name the day where it changes", () => {
    const ticks = ticksOf(buckets("2026-11-22T12:00:00Z", 3600, 48), 3600, 5, dates);
    expect(ticks.map((tick) => tick.label)).toEqual(["23 Nov", "12:00", "24 Nov", "12:00"]);
  });

  test("are days where the bars are", () => {
    const ticks = ticksOf(buckets("2026-10-31T23:00:00Z", 86_400, 30), 86_400, 6, dates);
    expect(ticks.length).toBeLessThanOrEqual(6);
    expect(ticks.every((tick) => /^\d+ Nov$/.test(tick.label))).toBe(true);
  });
});

test("a bar's time is said with its day, and both days where it crosses midnight", () => {
  const bucket = (start: string) => ({ start, success: 0, failure: 0, purged: 0 });
  expect(bucketText(bucket("2026-11-23T09:00:00Z"), 300, dates)).toBe("2026-11-23, 10:00 – 10:05");
  expect(bucketText(bucket("2026-11-23T22:00:00Z"), 7200, dates)).toBe(
    "2026-11-23, 23:00 – 2026-11-24, 01:00",
  );
  expect(bucketText(bucket("2026-11-22T23:00:00Z"), 86_400, dates)).toBe("2026-11-23");
});
