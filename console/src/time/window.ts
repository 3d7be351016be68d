/** Windows of time: relative to now, or fixed. */

import { formatDay, formatInstant, formatWall } from "./format";
import { instantOf, type Wall, wallOf } from "./zone";

export const PRESETS = {
  "15m": "Last 15 minutes",
  "1h": "Last hour",
  "24h": "Last 24 hours",
  "7d": "Last 7 days",
  "30d": "Last 30 days",
  today: "Today",
  yesterday: "Yesterday",
} as const;

export type Preset = keyof typeof PRESETS;

/** Bounds as the API takes them: instants, or whole days in the platform's zone. */
export interface Bounds {
  from?: string;
  to?: string;
}

const SECONDS: Partial<Record<Preset, number>> = {
  "15m": 900,
  "1h": 3600,
  "24h": 86_400,
  "7d": 604_800,
  "30d": 2_592_000,
};

export function isPreset(text: unknown): text is Preset {
  return typeof text === "string" && Object.hasOwn(PRESETS, text);
}

function dayBefore(wall: Wall): Wall {
  const day = new Date(Date.UTC(wall.year, wall.month - 1, wall.day - 1));
  return wallOf(day, "UTC");
}

/**
 * What a preset means at `now`.
 *
 * A sliding window has no upper bound: entries of the seconds that a slow clock is behind would be
 * missing. Days are days of the platform's zone.
 */
export function boundsOf(preset: Preset, now: Date, timeZone: string): Bounds {
  const seconds = SECONDS[preset];
  if (seconds !== undefined)
    return { from: new Date(now.getTime() - seconds * 1000).toISOString() };
  const today = wallOf(now, timeZone);
  const day = formatWall(preset === "yesterday" ? dayBefore(today) : today, "YYYY-MM-DD");
  return { from: day, to: day };
}

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/** The wall clock at the start of a day `YYYY-MM-DD`, or null. */
export function dayOf(text: string): Wall | null {
  const found = DAY.exec(text);
  if (!found) return null;
  const [year, month, day] = found.slice(1).map(Number) as [number, number, number];
  const real = new Date(Date.UTC(year, month - 1, day));
  if (real.getUTCMonth() !== month - 1 || real.getUTCDate() !== day) return null;
  return { year, month, day, hour: 0, minute: 0, second: 0 };
}

/** Whether the API takes this as a bound: a day, or an instant with its zone. */
export function isBound(text: unknown): text is string {
  if (typeof text !== "string") return false;
  if (DAY.test(text)) return dayOf(text) !== null;
  return INSTANT.test(text) && !Number.isNaN(Date.parse(text));
}

/** Whether this is an instant with its zone. */
export function isInstant(text: unknown): text is string {
  return isBound(text) && !DAY.test(text);
}

/** A bound as the platform writes dates. */
export function boundText(bound: string, format: string, timeZone: string): string {
  const day = dayOf(bound);
  return day ? formatDay(day, format) : formatInstant(new Date(bound), format, timeZone);
}

/** A wall clock in the platform's zone as a bound: whole days stay days. */
export function boundAt(day: string, clock: string, timeZone: string): string | null {
  const wall = dayOf(day);
  if (!wall) return null;
  if (!clock) return day;
  const [hour = 0, minute = 0, second = 0] = clock.split(":").map(Number);
  return instantOf({ ...wall, hour, minute, second }, timeZone)
    .toISOString()
    .replace(".000Z", "Z");
}

/** The other way: the day and clock that a bound shows in the platform's zone. */
export function wallParts(bound: string, timeZone: string): { day: string; clock: string } {
  if (dayOf(bound)) return { day: bound, clock: "" };
  const wall = wallOf(new Date(bound), timeZone);
  return { day: formatWall(wall, "YYYY-MM-DD"), clock: formatWall(wall, "HH:mm:ss") };
}
