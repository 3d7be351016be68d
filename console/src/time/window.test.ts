import { describe, expect, test } from "vitest";
import { boundAt, boundsOf, boundText, isBound, isInstant, isPreset, wallParts } from "./window";

const now = new Date("2026-11-23T23:30:00Z");

describe("a preset", () => {
  test("of a sliding window begins that long ago and has no end", () => {
    expect(boundsOf("15m", now, "UTC")).toEqual({ from: "2026-11-23T23:15:00.000Z" });
    expect(boundsOf("7d", now, "UTC")).toEqual({ from: "2026-11-16T23:30:00.000Z" });
  });

  test("of a day is the day of the platform's zone", () => {
    expect(boundsOf("today", now, "UTC")).toEqual({ from: "2026-11-23", to: "2026-11-23" });
    expect(boundsOf("today", now, "Europe/Berlin")).toEqual({
      from: "2026-11-24",
      to: "2026-11-24",
    });
  });

  test("of yesterday crosses months and years", () => {
    const newYear = new Date("2027-01-01T09:00:00Z");
    expect(boundsOf("yesterday", newYear, "UTC")).toEqual({ from: "2026-12-31", to: "2026-12-31" });
  });

  test("is known by its own name alone", () => {
    expect(isPreset("24h")).toBe(true);
    expect(isPreset("toString")).toBe(false);
  });
});

describe("a bound", () => {
  test("is a real day or an instant with its zone", () => {
    for (const good of ["2026-02-28", "2026-11-23T10:00:00Z", "2026-11-23T10:00:00.123+02:00"]) {
      expect(isBound(good), good).toBe(true);
    }
    for (const bad of [
      "2026-02-30",
      "2026-11-23T10:00:00",
      "2026-11-23T10:00Z",
      "tomorrow",
      "",
      7,
    ]) {
      expect(isBound(bad), String(bad)).toBe(false);
    }
    expect(isInstant("2026-11-23")).toBe(false);
  });

  test("without a time stays a whole day", () => {
    expect(boundAt("2026-11-23", "", "Europe/Berlin")).toBe("2026-11-23");
    expect(wallParts("2026-11-23", "Europe/Berlin")).toEqual({ day: "2026-11-23", clock: "" });
  });

  test("with a time is the instant of the platform's clock, and reads back as that", () => {
    const bound = boundAt("2026-11-23", "08:30:00", "Europe/Berlin");
    expect(bound).toBe("2026-11-23T07:30:00Z");
    expect(wallParts(bound ?? "", "Europe/Berlin")).toEqual({
      day: "2026-11-23",
      clock: "08:30:00",
    });
  });

  test("is written as the platform writes dates", () => {
    const format = "DD/MM/YYYY HH:mm:ss";
    expect(boundText("2026-11-23", format, "Europe/Berlin")).toBe("23/11/2026");
    expect(boundText("2026-11-23T07:30:00Z", format, "Europe/Berlin")).toBe("23/11/2026 08:30:00");
  });
});
