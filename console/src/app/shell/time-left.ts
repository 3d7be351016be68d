/** How long it still goes, for eyes and for ears. */

/** "24:05": minutes and seconds. */
export function clockOf(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Seconds before the end at which it is said aloud. */
const SAID = [300, 60, 10] as const;

/** What is said aloud now: the nearest mark that was passed, as one sentence that stays the same. */
export function saidOf(seconds: number): string {
  const mark = SAID.findLast((each) => seconds <= each);
  if (mark === undefined || seconds === 0) return "";
  const words =
    mark >= 60 ? `${mark / 60} ${mark === 60 ? "minute" : "minutes"}` : `${mark} seconds`;
  return `The assumed identity ends in ${words}.`;
}
