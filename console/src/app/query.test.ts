import { expect, test } from "vitest";
import { problem } from "@/api/problem";
import { triesAfter, waitBefore } from "./query";

const said = (kind: string) => ({ type: `urn:indelible:problem:${kind}`, title: "No", retryAfter: 2 });

test("a busy server is asked again when it says so", () => {
  for (const busy of [problem(503, said("overloaded")), problem(429, said("crowding"))]) {
    expect(triesAfter(busy)).toBe(3);
    expect(waitBefore(busy)).toBeGreaterThanOrEqual(2000);
    expect(waitBefore(busy)).toBeLessThanOrEqual(3000);
  }
});

test("what took too long is not asked again by itself", () => {
  expect(triesAfter(problem(503, said("timed-out")))).toBe(0);
});

test("what never arrived is asked once more, what is refused is not", () => {
  expect(triesAfter(problem(0))).toBe(1);
  expect(triesAfter(problem(500))).toBe(1);
  expect(triesAfter(problem(403))).toBe(0);
});
