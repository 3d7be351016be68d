/**
 * Whether a person is behind a request.
 *
 * A page that refreshes by itself must not keep the session of somebody who has gone home from idling
 * out, so the server is told what nobody asked for.
 */

/** How long after the last key, click or turn of the wheel somebody counts as present. */
export const PRESENT_MS = 30_000;

const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"] as const;

// Opening the page is something that a person does.
let seen = Date.now();

/** Notes a sign of a person. */
export function noteSign(at: number): void {
  seen = at;
}

export function isAlone(now: number): boolean {
  return now - seen > PRESENT_MS;
}

/** Watches for signs of a person in a window. */
export function watchForSigns(place: EventTarget): void {
  for (const sign of SIGNS) {
    place.addEventListener(sign, () => noteSign(Date.now()), { capture: true, passive: true });
  }
}
