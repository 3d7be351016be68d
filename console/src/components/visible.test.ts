import { expect, test } from "vitest";
import { visible } from "./visible";

test("what turns letters around or takes no room is spelled out", () => {
  expect(visible("invoice\u202efdp.exe")).toBe("invoice\\u202efdp.exe");
  expect(visible("ad\u200bmin")).toBe("ad\\u200bmin");
  expect(visible("\u2066a\u2069 \ufeffb\u00ad")).toBe("\\u2066a\\u2069 \\ufeffb\\u00ad");
  expect(visible("a\u001b[31m\u0000")).toBe("a\\u001b[31m\\u0000");
  expect(visible("\u{e0041}")).toBe("\\ue0041");
});

test("what people write stays as it is: scripts, emoji, lines", () => {
  for (const text of [
    "",
    "Ørestad «Ü»",
    "مرحبا بالعالم",
    "می\u200cخواهم",
    "👩\u200d👩\u200d👧 🚂",
    "one\n\ttwo",
  ]) {
    expect(visible(text)).toBe(text);
  }
});

test("a blank name is seen to be there", () => {
  expect(visible("   ")).toBe("“   ”");
  expect(visible("\u3164")).toBe("“\u3164”");
  expect(visible("\u200b\u200b")).toBe("\\u200b\\u200b");
});
