import { expect, test } from "vitest";
import { codeDigits, isWholeCode, recoveryCode } from "./codes";

test("a code from an app is its six digits, however it was pasted", () => {
  expect(codeDigits("123 456")).toBe("123456");
  expect(codeDigits(" 12-34\n56 78")).toBe("123456");
  expect(codeDigits("abc")).toBe("");
  expect(isWholeCode("12345")).toBe(false);
  expect(isWholeCode("012345")).toBe(true);
});

test("a recovery code has one spelling, however it was typed", () => {
  for (const typed of ["abcde-12345", "ABCDE-12345", "abcde12345", " abcde – 12345 "]) {
    expect(recoveryCode(typed)).toBe("abcde-12345");
  }
  expect(recoveryCode("abc")).toBe("abc");
});
