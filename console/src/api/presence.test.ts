import { expect, test } from "vitest";
import { isAlone, noteSign, PRESENT_MS, watchForSigns } from "./presence";

test("a page is alone when no key or pointer has moved for a while", () => {
  noteSign(1000);
  expect(isAlone(1000 + PRESENT_MS)).toBe(false);
  expect(isAlone(1001 + PRESENT_MS)).toBe(true);
});

test("a key is a sign of a person, a refresh of the page's own is none", () => {
  const place = new EventTarget();
  watchForSigns(place);
  noteSign(0);
  place.dispatchEvent(new Event("visibilitychange"));
  expect(isAlone(Date.now())).toBe(true);
  place.dispatchEvent(new Event("keydown"));
  expect(isAlone(Date.now())).toBe(false);
});
