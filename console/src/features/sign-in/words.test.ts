import { expect, test } from "vitest";
import { problem } from "@/api/problem";
import { isReason, refusalOf } from "./words";

const wrong = { type: "urn:indelible:problem:wrong-credentials" };

test("a refusal names what was asked for, and no more", () => {
  expect(refusalOf(problem(401, wrong), "password", 0)[0]).toBe("Wrong e-mail or password.");
  const code = problem(401, { ...wrong, field: "code" });
  expect(refusalOf(code, "code", 0)[0]).toBe("Wrong code.");
  expect(refusalOf(code, "recovery", 0)[0]).toBe("Wrong recovery code.");
});

test("a password that was changed at the step of the code is not called a wrong code", () => {
  expect(refusalOf(problem(401, wrong), "code", 0)[0]).toBe("Wrong e-mail or password.");
});

test("a wait is counted down", () => {
  const throttled = problem(429, { retryAfter: 7 });
  expect(refusalOf(throttled, "code", 7)).toEqual(["Too many attempts.", "Try again in 7 s."]);
  expect(refusalOf(throttled, "code", 0)[1]).toBe("You can try again now.");
});

test("only known reasons are reasons", () => {
  expect([isReason("revoked"), isReason("toString"), isReason(undefined)]).toEqual([
    true,
    false,
    false,
  ]);
});
