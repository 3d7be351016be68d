import { expect, test } from "vitest";
import { sheetOf } from "./sheet";

test("the sheet says what the codes are for, and has each on a line of its own", () => {
  const codes = ["abcde-12345", "fghij-67890"];
  const lines = sheetOf(codes, "mara@northwind.example", "log.example", "2026-11-23").split("\n");
  expect(lines[0]).toBe("Indelible recovery codes, log.example");
  expect(lines[1]).toBe("Account: mara@northwind.example");
  expect(lines.slice(-3)).toEqual([...codes, ""]);
});
