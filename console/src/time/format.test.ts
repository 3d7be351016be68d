import { expect, test } from "vitest";
import {
  DATE_FORMATS,
  formatAgo,
  formatClock,
  formatDay,
  formatInstant,
  formatIso,
  formatSpan,
  formatTime,
} from "./format";
import { wallOf } from "./zone";

const night = new Date("2026-03-05T00:07:09Z");
const afternoon = new Date("2026-03-05T14:07:09Z");

test("an instant is written in each of the platform's formats", () => {
  const written = (format: string) => formatInstant(afternoon, format, "UTC");
  expect(written("YYYY-MM-DD HH:mm:ss")).toBe("2026-03-05 14:07:09");
  expect(written("DD/MM/YYYY HH:mm:ss")).toBe("05/03/2026 14:07:09");
  expect(written("MM/DD/YYYY hh:mm:ss A")).toBe("03/05/2026 02:07:09 PM");
  expect(written("D MMM YYYY HH:mm:ss")).toBe("5 Mar 2026 14:07:09");
});

test("midnight is 00 on a clock of 24 hours and 12 AM on one of 12", () => {
  expect(formatInstant(night, "YYYY-MM-DD HH:mm:ss", "UTC")).toBe("2026-03-05 00:07:09");
  expect(formatInstant(night, "MM/DD/YYYY hh:mm:ss A", "UTC")).toBe("03/05/2026 12:07:09 AM");
});

test("the time zone decides the day", () => {
  expect(formatInstant(night, "DD/MM/YYYY HH:mm:ss", "America/New_York")).toBe(
    "04/03/2026 19:07:09",
  );
});

test("ISO 8601 carries the zone's offset", () => {
  expect(formatIso(night, "Europe/Berlin")).toBe("2026-03-05T01:07:09+01:00");
  expect(formatIso(night, "UTC")).toBe("2026-03-05T00:07:09Z");
});

test("the clock alone follows the format's 12 or 24 hours", () => {
  const wall = wallOf(afternoon, "UTC");
  expect(formatClock(wall, "D MMM YYYY HH:mm:ss")).toBe("14:07");
  expect(formatClock(wall, "MM/DD/YYYY hh:mm:ss A")).toBe("02:07 PM");
});

test("how long ago is said in one unit, and never in the future", () => {
  const ago = (seconds: number) => formatAgo(new Date(1e12 - seconds * 1000), new Date(1e12));
  expect([-5, 0, 42, 60, 3599, 7200, 200_000].map(ago)).toEqual([
    "just now",
    "just now",
    "42 s ago",
    "1 min ago",
    "59 min ago",
    "2 h ago",
    "2 d ago",
  ]);
});

test("a span is said in its largest whole unit", () => {
  expect([30, 60, 90, 7200, 86_400].map(formatSpan)).toEqual([
    "30 s",
    "1 min",
    "90 s",
    "2 h",
    "1 d",
  ]);
});

test("day and time of day make up the instant, in each of the formats", () => {
  const wall = wallOf(afternoon, "UTC");
  for (const format of DATE_FORMATS) {
    expect(`${formatDay(wall, format)} ${formatTime(wall, format)}`).toBe(
      formatInstant(afternoon, format, "UTC"),
    );
  }
  expect(formatTime(wall, "MM/DD/YYYY hh:mm:ss A")).toBe("02:07:09 PM");
});
