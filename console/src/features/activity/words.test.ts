import { describe, expect, test } from "vitest";
import { ACTIONS, responseText, TONES, typeLabel } from "./words";

/** WCAG 2.2, relative luminance. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

describe.each(ACTIONS)("the badge of %s", (action) => {
  test("can be read in both schemes (WCAG AA)", () => {
    const { light, dark } = TONES[action];
    expect(contrast(...light)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(...dark)).toBeGreaterThanOrEqual(4.5);
  });
});

test("every action has a colour of its own", () => {
  expect(new Set(Object.values(TONES).map((tone) => tone.light[1])).size).toBe(ACTIONS.length);
});

test("a platform's own types are spelled out", () => {
  expect(typeLabel("config_template")).toBe("Config template");
  expect(typeLabel("dns_zone")).toBe("Dns zone");
});

test("a response code has its reason phrase, where there is one", () => {
  expect(responseText(201)).toBe("201 Created");
  expect(responseText(299)).toBe("299");
});
