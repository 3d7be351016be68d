import { describe, expect, test } from "vitest";
import type { Integrity, RootCheckpoint } from "@/api/types";
import { behindText, cosignedText, faultsOf } from "./verdict";

const AT = "2026-11-23T10:00:00Z";

function checkpoint(size: number, root: string): RootCheckpoint {
  return {
    size,
    root,
    note: "",
    publishedAt: AT,
    witnessed: true,
    cosignatures: [{ witness: "w.test/1", at: AT }],
    timestamps: [],
  };
}

const GOOD: Integrity = {
  origin: "audit.test/root",
  quorum: 1,
  recent: [checkpoint(9, "99"), checkpoint(7, "77")],
  witnessed: checkpoint(9, "99"),
  witnesses: [
    {
      name: "w.test/1",
      state: "cosigns",
      accuses: false,
      detail: "",
      size: 9,
      seen: 9,
      since: AT,
      at: AT,
    },
  ],
  logs: [],
  keys: [{ key: "audit.test/root+0+x", fingerprint: "ab", since: AT }],
  lastCheck: {
    startedAt: AT,
    endedAt: AT,
    logs: 1,
    entries: 9,
    holds: true,
    found: 0,
    findings: [],
  },
  index: null,
};

const titles = (integrity: Integrity, seen: { size: number; root: string } | null = null) =>
  faultsOf(integrity, seen).map((fault) => fault.title);

describe("what does not hold", () => {
  test("is nothing where all is well, whatever was seen of the same history", () => {
    expect(titles(GOOD)).toEqual([]);
    expect(titles(GOOD, { size: 7, root: "77" })).toEqual([]);
    expect(titles(GOOD, { size: 2, root: "22" })).toEqual([]);
  });

  test("is a root log that went back, or is another", () => {
    expect(titles(GOOD, { size: 10, root: "aa" })).toHaveLength(1);
    expect(titles(GOOD, { size: 7, root: "78" })).toHaveLength(1);
    expect(titles({ ...GOOD, recent: [] }, { size: 1, root: "11" })).toHaveLength(1);
  });

  test("is a witness that saw another history, and what a check found", () => {
    const witnesses = GOOD.witnesses.map((each) => ({ ...each, state: "fork", accuses: true }));
    expect(titles({ ...GOOD, witnesses })).toEqual([
      "The witness w.test/1 has seen another history.",
    ]);
    const lastCheck = GOOD.lastCheck && { ...GOOD.lastCheck, holds: false, found: 2 };
    expect(titles({ ...GOOD, lastCheck: lastCheck ?? null })).toEqual([
      "The last check found 2 faults.",
    ]);
  });
});

describe("cosignatures", () => {
  test("are counted against what is wanted", () => {
    const one = checkpoint(1, "11");
    expect(cosignedText(one, 2)).toBe("1 cosignature, 2 wanted");
    expect(cosignedText({ ...one, cosignatures: [] }, 2)).toBe("no cosignatures, 2 wanted");
    expect(cosignedText(one, 0)).toBe("no witness is configured");
  });
});

describe("the search index", () => {
  const index = { engine: "clickhouse", usable: true, indexed: 9, behind: 0, lagSeconds: 0 };

  test("is as far as the ledger, or behind by entries and time", () => {
    expect(behindText(index)).toBe("Up to date");
    expect(behindText({ ...index, behind: 1, lagSeconds: 0.2 })).toBe("1 entry behind, by 1 s");
    expect(behindText({ ...index, behind: 2000, lagSeconds: 600 })).toBe(
      "2,000 entries behind, by 10 min",
    );
  });
});
