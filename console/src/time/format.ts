/** Instants as the platform's date settings write them. */

import { offsetAt, offsetText, type Wall, wallOf } from "./zone";

export const DATE_FORMATS = [
  "YYYY-MM-DD HH:mm:ss",
  "DD/MM/YYYY HH:mm:ss",
  "MM/DD/YYYY hh:mm:ss A",
  "D MMM YYYY HH:mm:ss",
] as const;

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const two = (n: number) => String(n).padStart(2, "0");

const TOKENS: Record<string, (wall: Wall) => string> = {
  YYYY: (wall) => String(wall.year).padStart(4, "0"),
  MMM: (wall) => MONTHS[wall.month - 1] ?? "",
  MM: (wall) => two(wall.month),
  DD: (wall) => two(wall.day),
  D: (wall) => String(wall.day),
  HH: (wall) => two(wall.hour),
  hh: (wall) => two(wall.hour % 12 || 12),
  mm: (wall) => two(wall.minute),
  ss: (wall) => two(wall.second),
  A: (wall) => (wall.hour < 12 ? "AM" : "PM"),
};

/** Writes a wall clock in a format made of the tokens above. */
export function formatWall(wall: Wall, format: string): string {
  return format.replace(
    /YYYY|MMM|MM|DD|D|HH|hh|mm|ss|A/g,
    (token) => TOKENS[token]?.(wall) ?? token,
  );
}

/** The instant in the platform's format and zone. */
export function formatInstant(instant: Date, format: string, timeZone: string): string {
  return formatWall(wallOf(instant, timeZone), format);
}

/** The day alone, in the same format. */
export function formatDay(wall: Wall, format: string): string {
  return formatWall(wall, format.split(" HH")[0]?.split(" hh")[0] ?? format);
}

/** The time of day alone, as the format has it. */
export function formatTime(wall: Wall, format: string): string {
  return formatWall(wall, format.slice(format.search(/hh/i)));
}

/** The time of day alone, to the minute, on the format's clock of 12 or 24 hours. */
export function formatClock(wall: Wall, format: string): string {
  return formatWall(wall, format.includes("A") ? "hh:mm A" : "HH:mm");
}

/** ISO 8601 with the zone's offset, to the second. */
export function formatIso(instant: Date, timeZone: string): string {
  const wall = formatWall(wallOf(instant, timeZone), "YYYY-MM-DDTHH:mm:ss");
  return wall + offsetText(offsetAt(instant, timeZone));
}

/** How long ago, in one unit: "just now", "5 min ago". */
export function formatAgo(instant: Date, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - instant.getTime()) / 1000));
  if (seconds < 5) return "just now";
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

/** A length of time in its largest whole unit: "30 s", "5 min", "2 h", "1 d". */
export function formatSpan(seconds: number): string {
  if (seconds % 86_400 === 0) return `${seconds / 86_400} d`;
  if (seconds % 3600 === 0) return `${seconds / 3600} h`;
  if (seconds % 60 === 0) return `${seconds / 60} min`;
  return `${seconds} s`;
}
