/** The geometry of the histogram: counts in, rectangles and ticks out. */

import type { Bucket } from "@/api/types";
import { counted } from "@/components/row-count";
import { formatClock, formatDay, formatWall } from "@/time/format";
import { wallOf } from "@/time/zone";

/** Round tops; small ones are whole numbers. Between two of them little height is wasted. */
const ROUND = [1, 1.5, 2, 3, 4, 5, 6, 8, 10];

/** The smallest round number that is not below `highest`. */
export function niceTop(highest: number): number {
  if (highest <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(highest));
  const tops = ROUND.map((factor) => factor * power);
  return tops.find((top) => Number.isInteger(top) && top >= highest) ?? 10 * power;
}

/** The top as it fits beside the bars: "800", "15K", "1.5M". */
export function topText(top: number): string {
  return top.toLocaleString("en-US", top < 10_000 ? {} : { notation: "compact" });
}

export type Outcomes = Omit<Bucket, "start">;

export interface Bar {
  x: number;
  width: number;
  success: { y: number; height: number };
  failure: { y: number; height: number };
  purged: { y: number; height: number };
}

/** How many entries there are in it, whatever is known of them. */
export function allIn({ success, failure, purged }: Outcomes): number {
  return success + failure + purged;
}

/** "3 successes, 1 failure", and of what was purged only how much it is. */
export function outcomesText({ success, failure, purged }: Outcomes): string {
  const known = `${counted(success, "success", "successes")}, ${counted(failure, "failure", "failures")}`;
  if (purged === 0) return known;
  const gone = `${purged.toLocaleString("en-US")} purged`;
  return success + failure === 0 ? gone : `${known}, ${gone}`;
}

/** The outcomes of all buckets together. */
export function outcomesOf(buckets: readonly Bucket[]): Outcomes {
  const sum = (key: keyof Outcomes) => buckets.reduce((before, bucket) => before + bucket[key], 0);
  return { success: sum("success"), failure: sum("failure"), purged: sum("purged") };
}

/**
 * Failures stand on the base line, successes on top of them, purged entries above both. Something is
 * never drawn as nothing.
 */
export function barsOf(buckets: readonly Bucket[], width: number, height: number): Bar[] {
  const top = niceTop(Math.max(0, ...buckets.map(allIn)));
  const step = width / Math.max(1, buckets.length);
  const gap = step > 5 ? Math.min(2, step * 0.25) : 0;
  const tall = (count: number) => (count === 0 ? 0 : Math.max(1.5, (count / top) * height));
  return buckets.map((bucket, index) => {
    const failed = tall(bucket.failure);
    const passed = Math.min(tall(bucket.success), height - failed);
    const purged = Math.min(tall(bucket.purged), height - failed - passed);
    return {
      x: index * step + gap / 2,
      width: Math.max(0.5, step - gap),
      failure: { y: height - failed, height: failed },
      success: { y: height - failed - passed, height: passed },
      purged: { y: height - failed - passed - purged, height: purged },
    };
  });
}

/** The bucket under a point, kept inside. */
export function bucketAt(x: number, width: number, count: number): number {
  return Math.min(count - 1, Math.max(0, Math.floor((x / width) * count)));
}

/** The instants from the start of one bucket to the end of another, in order. */
export function spanOf(
  buckets: readonly Bucket[],
  seconds: number,
  one: number,
  other: number,
): { from: string; to: string } | null {
  const first = buckets[Math.min(one, other)];
  const last = buckets[Math.max(one, other)];
  if (!first || !last) return null;
  const end = new Date(Date.parse(last.start) + seconds * 1000);
  const spelled = (instant: Date) => instant.toISOString().replace(".000Z", "Z");
  return { from: spelled(new Date(first.start)), to: spelled(end) };
}

export interface Tick {
  /** Share of the width, 0 to 1. */
  at: number;
  label: string;
}

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
/** Distances between ticks, in seconds. */
const STEPS = [
  ...[1, 5, 10, 15, 30],
  ...[1, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 3, 4, 7, 14, 28, 91, 182, 364, 728, 1820].map((count) => count * DAY),
];

/**
 * At most `most` ticks, where the zone's clock or calendar is round.
 *
 * A tick stands under the first bucket at or after its time; midnight is labelled with its day.
 */
export function ticksOf(
  buckets: readonly Bucket[],
  seconds: number,
  most: number,
  { dateFormat, timeZone }: { dateFormat: string; timeZone: string },
): Tick[] {
  const span = seconds * buckets.length;
  const fits = STEPS.filter((size) => size >= seconds && span / size <= most);
  const step = fits.find((size) => size % seconds === 0) ?? fits[0];
  if (step === undefined) return [];
  const dayFormat = dateFormat.startsWith("MM") ? "MMM D" : "D MMM";
  const ticks: Tick[] = [];
  let last: number | null = null;
  let lastDay =
    span > DAY ? "" : formatWall(wallOf(new Date(buckets[0]?.start ?? 0), timeZone), dayFormat);
  buckets.forEach(({ start }, index) => {
    const wall = wallOf(new Date(start), timeZone);
    const clock = Date.UTC(
      wall.year,
      wall.month - 1,
      wall.day,
      wall.hour,
      wall.minute,
      wall.second,
    );
    const rank = Math.floor(clock / 1000 / step);
    const onTime = clock / 1000 === rank * step;
    if (last === null ? onTime : rank !== last) {
      const day = formatWall(wall, dayFormat);
      const time = step < MINUTE ? formatWall(wall, "HH:mm:ss") : formatClock(wall, dateFormat);
      const midnight = wall.hour === 0 && wall.minute === 0 && wall.second === 0;
      // Within a day the clock says enough; the first tick of another day names it.
      const label = step >= DAY || midnight ? day : day === lastDay ? time : `${day}, ${time}`;
      ticks.push({ at: index / buckets.length, label });
      lastDay = day;
    }
    last = rank;
  });
  return ticks;
}

/** When a bucket is, in words. */
export function bucketText(
  bucket: Bucket,
  seconds: number,
  { dateFormat, timeZone }: { dateFormat: string; timeZone: string },
): string {
  const start = wallOf(new Date(bucket.start), timeZone);
  const end = wallOf(new Date(Date.parse(bucket.start) + seconds * 1000), timeZone);
  const clock = (wall: typeof start) =>
    seconds < 60 ? formatWall(wall, "HH:mm:ss") : formatClock(wall, dateFormat);
  const day = formatDay(start, dateFormat);
  if (seconds % 86_400 === 0 && start.hour === 0) {
    const last = wallOf(new Date(Date.parse(bucket.start) + (seconds - 1) * 1000), timeZone);
    const until = formatDay(last, dateFormat);
    return day === until ? day : `${day} – ${until}`;
  }
  const until = formatDay(end, dateFormat);
  return `${day}, ${clock(start)} – ${until === day ? "" : `${until}, `}${clock(end)}`;
}
