/** Clock readings in a named time zone, from the platform's own tables (Intl). */

/** What a wall clock shows; month 1 to 12. */
export interface Wall {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(timeZone: string): Intl.DateTimeFormat {
  let found = formatters.get(timeZone);
  if (!found) {
    found = new Intl.DateTimeFormat("en-US", {
      timeZone,
      calendar: "gregory",
      numberingSystem: "latn",
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    formatters.set(timeZone, found);
  }
  return found;
}

/** Whether the browser knows the zone. */
export function isZone(timeZone: string): boolean {
  try {
    return formatter(timeZone) !== undefined;
  } catch {
    return false;
  }
}

/** The wall clock of `timeZone` at `instant`. */
export function wallOf(instant: Date, timeZone: string): Wall {
  const read: Record<string, number> = {};
  for (const part of formatter(timeZone).formatToParts(instant)) {
    if (part.type !== "literal") read[part.type] = Number(part.value);
  }
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = read;
  return { year, month, day, hour, minute, second };
}

function asUtc(wall: Wall): number {
  return Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second);
}

/** Minutes that the zone's clock is ahead of UTC at `instant`. */
export function offsetAt(instant: Date, timeZone: string): number {
  const whole = Math.floor(instant.getTime() / 1000) * 1000;
  return Math.round((asUtc(wallOf(instant, timeZone)) - whole) / 60_000);
}

/**
 * The instant at which the clock of `timeZone` shows `wall`.
 *
 * Of the two instants of an hour that is repeated in autumn this is the first; a reading that spring
 * skips is moved on by the skipped hour, as clocks are.
 */
export function instantOf(wall: Wall, timeZone: string): Date {
  const guess = asUtc(wall);
  const day = 86_400_000;
  // The offset changes at most once in the two days around the guess: try both sides.
  const before = guess - offsetAt(new Date(guess - day), timeZone) * 60_000;
  if (asUtc(wallOf(new Date(before), timeZone)) === guess) return new Date(before);
  const after = guess - offsetAt(new Date(guess + day), timeZone) * 60_000;
  if (asUtc(wallOf(new Date(after), timeZone)) === guess) return new Date(after);
  return new Date(before);
}

/** An offset as ISO 8601 writes it: `+02:00`, or `Z` for none. */
export function offsetText(minutes: number): string {
  if (minutes === 0) return "Z";
  const size = Math.abs(minutes);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** The zone of whoever looks at the page. */
export function viewerZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}
