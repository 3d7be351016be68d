import { expect, test } from "vitest";
import { isTooShort, lengthWords } from "./password-length";

test("characters count, not their bytes or code units", () => {
  expect(isTooShort("🔑".repeat(14), 15)).toBe(true);
  expect(isTooShort("🔑".repeat(15), 15)).toBe(false);
});

test("the words say how far it is", () => {
  expect(lengthWords("", 15)).toBe("At least 15 characters. A few words of your own are good.");
  expect(lengthWords("twelve signs", 15)).toBe("At least 15 characters; 3 to go.");
  expect(lengthWords("fifteen letters", 15)).toBe("Long enough.");
});
