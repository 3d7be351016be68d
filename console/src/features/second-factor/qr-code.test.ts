import { expect, test } from "vitest";
import { inGroups, readQrCode } from "./qr-code";

const DRAWN =
  '<svg viewBox="0 0 196 196"><path transform="scale(4)" class="qrline" stroke="#000" ' +
  'd="M4 4.5h7m1 0h2m1 0h3m-41 1h1m5 0h1"/></svg>';

test("size, scale and path are read", () => {
  expect(readQrCode(DRAWN)).toEqual({
    size: 196,
    scale: 4,
    path: "M4 4.5h7m1 0h2m1 0h3m-41 1h1m5 0h1",
  });
});

test("what is no square of lines is not drawn", () => {
  expect(readQrCode("<html>502</html>")).toBeNull();
  expect(readQrCode(DRAWN.replace("196 196", "196 80"))).toBeNull();
  expect(readQrCode(DRAWN.replace("M4 4.5h7", "url(javascript:0)"))).toBeNull();
});

test("a key is shown in groups of four", () => {
  expect(inGroups("ABCDEFGHIJ")).toBe("ABCD EFGH IJ");
});
