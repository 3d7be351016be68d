import { describe, expect, test } from "vitest";
import { instantOf, isZone, offsetAt, offsetText, wallOf } from "./zone";

const wall = (text: string) => {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = text
    .split(/\D/)
    .map(Number);
  return { year, month, day, hour, minute, second };
};

describe("a zone's clock", () => {
  test("shows the time of the zone, across midnight and years", () => {
    const instant = new Date("2026-12-31T23:30:05Z");
    expect(wallOf(instant, "Europe/Berlin")).toEqual(wall("2027-01-01 00:30:05"));
    expect(wallOf(instant, "America/New_York")).toEqual(wall("2026-12-31 18:30:05"));
    expect(wallOf(instant, "Asia/Kathmandu")).toEqual(wall("2027-01-01 05:15:05"));
  });

  test("is read back to the instant it came from", () => {
    for (const zone of ["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Apia"]) {
      for (const text of ["2026-01-15T12:00:00Z", "2026-07-15T23:59:59Z", "1999-12-31T23:00:00Z"]) {
        const instant = new Date(text);
        expect(instantOf(wallOf(instant, zone), zone)).toEqual(instant);
      }
    }
  });

  test("takes the first of the two instants of a repeated hour", () => {
    expect(instantOf(wall("2026-10-25 02:30:00"), "Europe/Berlin").toISOString()).toBe(
      "2026-10-25T00:30:00.000Z",
    );
  });

  test("moves a reading that spring skips on by the skipped hour", () => {
    const instant = instantOf(wall("2026-03-29 02:30:00"), "Europe/Berlin");
    expect(wallOf(instant, "Europe/Berlin")).toEqual(wall("2026-03-29 03:30:00"));
  });

  test("has its offset spelled as ISO 8601 does", () => {
    expect(offsetText(offsetAt(new Date("2026-07-01T00:00:00Z"), "Europe/Berlin"))).toBe("+02:00");
    expect(offsetText(offsetAt(new Date("2026-07-01T00:00:00Z"), "America/St_Johns"))).toBe(
      "-02:30",
    );
    expect(offsetText(0)).toBe("Z");
  });

  test("of an unknown name is refused", () => {
    expect(isZone("Europe/Berlin")).toBe(true);
    expect(isZone("Mars/Olympus")).toBe(false);
  });
});
