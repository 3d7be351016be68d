import { expect, test } from "vitest";
import { changesOf } from "./changed";
import { piecesOf } from "./pieces";

test("a redacted value is a token, inside a text too", () => {
  expect(piecesOf("[REDACTED]")).toEqual([{ kind: "redacted", text: "[REDACTED]" }]);
  expect(piecesOf("postgres://app:[REDACTED]@db/x").map((piece) => piece.kind)).toEqual([
    "text",
    "redacted",
    "text",
  ]);
  expect(piecesOf("/a?token=%5BREDACTED%5D").map((piece) => piece.kind)).toEqual([
    "text",
    "redacted",
  ]);
});

test("a cut says how much is missing", () => {
  expect(piecesOf("abc…[cut: 1,234 characters]")).toEqual([
    { kind: "text", text: "abc" },
    { kind: "cut", text: "Cut: 1,234 characters" },
  ]);
});

test("a plain text is one piece, an empty one too", () => {
  expect(piecesOf("")).toEqual([{ kind: "text", text: "" }]);
  expect(piecesOf("[redacted] <b>")).toEqual([{ kind: "text", text: "[redacted] <b>" }]);
});

test("changes are before and after; what does not look so is what it became", () => {
  expect(changesOf({ mtu: { before: 1500, after: 1420 }, tags: ["a"] })).toEqual([
    { field: "mtu", before: 1500, after: 1420 },
    { field: "tags", before: undefined, after: ["a"] },
  ]);
  expect(changesOf(null)).toEqual([]);
  expect(changesOf([1])).toEqual([]);
});
