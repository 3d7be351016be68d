import { expect, test } from "vitest";
import { archiveName } from "./export";
import { asProblem, problemOf } from "./problem";

const answer = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(typeof body === "string" ? body : JSON.stringify(body), {
    status,
    headers: { "content-type": "application/problem+json", ...headers },
  });

test("the server's own words are shown", async () => {
  const said = { title: "Too large", detail: "Send less.", field: "payload" };
  expect(await problemOf(answer(413, said))).toMatchObject({ status: 413, ...said });
});

test("a proxy's page is not shown; the status has words of ours", async () => {
  const html = answer(502, "<h1>nginx</h1>", { "content-type": "text/html" });
  expect(await problemOf(html)).toMatchObject({ status: 502, title: "The server had a problem" });
});

test("how long to wait is taken from the body, else from the header", async () => {
  expect((await problemOf(answer(429, { retryAfter: 30 }))).retryAfter).toBe(30);
  expect((await problemOf(answer(429, {}, { "retry-after": "12" }))).retryAfter).toBe(12);
});

test("a busy server is said to be busy, in one word for every route", async () => {
  const shed = { type: "urn:indelible:problem:overloaded", title: "Too much is asked at once" };
  const busy = await problemOf(answer(503, { ...shed, detail: "Wait.", retryAfter: 3 }));
  expect(busy).toMatchObject({ title: "The server is busy", detail: "Wait.", busy: true });
  expect((await problemOf(answer(429, {}, { "retry-after": "2" }))).busy).toBe(true);
  expect((await problemOf(answer(503, {}))).busy).toBe(false);
  const slow = { type: "urn:indelible:problem:timed-out", retryAfter: 5 };
  expect((await problemOf(answer(503, slow))).busy).toBe(false);
});

test("a request without an answer may be tried again", () => {
  const problem = asProblem(new TypeError("Failed to fetch"));
  expect([problem.status, problem.passing, problem.signedOut]).toEqual([0, true, false]);
});

test("a wrong password does not end a session; a revocation does", async () => {
  const kind = (name: string, status = 401) =>
    problemOf(answer(status, { type: `urn:indelible:problem:${name}` }));
  const wrong = await kind("wrong-credentials");
  expect([wrong.signedOut, wrong.revoked]).toEqual([false, false]);
  const revoked = await kind("session-revoked");
  expect([revoked.signedOut, revoked.revoked]).toEqual([true, true]);
  const ended = await kind("not-signed-in");
  expect([ended.signedOut, ended.revoked]).toEqual([true, false]);
  expect((await kind("step-up-required", 403)).stepUpRequired).toBe(true);
  expect((await kind("forbidden", 403)).stepUpRequired).toBe(false);
  const half = await kind("second-factor-required");
  expect([half.signedOut, half.codeRequired]).toEqual([false, true]);
  expect((await kind("enrolment-required", 403)).enrolmentRequired).toBe(true);
});

test("an archive's name is never a path", () => {
  expect(archiveName('attachment; filename="activity-log-2026-11-23.zip"', "x")).toBe(
    "activity-log-2026-11-23.zip",
  );
  expect(archiveName('attachment; filename="../../x.zip"', "x")).toBe(".._.._x.zip");
  expect(archiveName(null, "sessions.zip")).toBe("sessions.zip");
});
