import { expect, test } from "vitest";
import { parseAddress, writeAddress } from "./address";
import { safeNext } from "./session";

test("an address is plain text, and reads back as it was", () => {
  const search = {
    search: "a b&c",
    from: "2026-11-23T10:00:00Z",
    open: ["x", "y"],
    action: undefined,
  };
  const text = writeAddress(search);
  expect(text).toBe("?search=a+b%26c&from=2026-11-23T10:00:00Z&open=x,y");
  expect(parseAddress(text)).toEqual({
    search: "a b&c",
    from: "2026-11-23T10:00:00Z",
    open: "x,y",
  });
  expect(writeAddress({ search: "" })).toBe("");
});

test("a number in a search stays text", () => {
  expect(parseAddress("?search=00123&user=true")).toEqual({ search: "00123", user: "true" });
});

test("after signing in one goes back into the console, never to another site", () => {
  expect(safeNext("/admin/audit-log?action=sync", "/admin/")).toBe("/admin/audit-log?action=sync");
  for (const evil of [
    "https://evil.example/admin/",
    "//evil.example",
    "/admin/\\evil",
    "/admin//evil.example",
    "/other",
    "/admin/\n",
    "/admin/sign-in",
    7,
  ]) {
    expect(safeNext(evil, "/admin/"), String(evil)).toBeUndefined();
  }
});
