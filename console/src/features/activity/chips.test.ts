import { expect, test } from "vitest";
import { chipsOf, windowText } from "./chips";

const dates = { dateFormat: "DD/MM/YYYY HH:mm:ss", timeZone: "Europe/Berlin" };
const user = "88c556a3-7091-45de-9d03-1223e9b4d713";

test("every active filter has one chip, in words", () => {
  const search = {
    search: "fra",
    resource_type: "config_template",
    action: "unassign",
    status: "failure",
    range: "24h" as const,
    address: "192.0.2.1",
    assumed: "true" as const,
    cursor: "c",
    open: ["id"],
  };
  expect(chipsOf(search, new Map(), dates).map(({ label, value }) => `${label}: ${value}`)).toEqual(
    [
      "Time: Last 24 hours",
      "Search: “fra”",
      "Type: Config template",
      "Action: Unassign",
      "Status: Failure",
      "IP address: 192.0.2.1",
      "Identity: Assumed",
    ],
  );
});

test("an id is shown by its name where the page knows it, else shortened", () => {
  const names = new Map([[user, "mara@northwind.example"]]);
  expect(chipsOf({ user }, names, dates)[0]?.value).toBe("mara@northwind.example");
  expect(chipsOf({ user }, new Map(), dates)[0]?.value).toBe("88c556a3-7091…");
});

test("clearing a chip leaves the others and goes to the first page", () => {
  const chips = chipsOf({ from: "2026-11-01", status: "failure", cursor: "c" }, new Map(), dates);
  expect(chips.map(({ key, without }) => [key, without])).toEqual([
    ["time", { status: "failure" }],
    ["status", { from: "2026-11-01" }],
  ]);
});

test("a window is said in words", () => {
  expect(windowText({}, dates)).toBeNull();
  expect(windowText({ from: "2026-11-23", to: "2026-11-23" }, dates)).toBe("23/11/2026");
  expect(windowText({ from: "2026-11-23T07:30:00Z" }, dates)).toBe("From 23/11/2026 08:30:00");
  expect(windowText({ to: "2026-11-23" }, dates)).toBe("Until 23/11/2026");
});
