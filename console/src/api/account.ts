/** One's own account: password, second factor, sessions. */

import { ahead } from "./ahead";
import { body, rememberCsrf } from "./client";
import { PAGE_SIZE } from "./page";
import type { Account, Enrolment, OwnSessionFilter, Session, SessionPage } from "./types";

export async function fetchAccount(signal: AbortSignal): Promise<Account> {
  return body(await ahead.GET("/api/account", { signal })) as Account;
}

/** Sets another password; all other sessions end, and this one goes on under a new cookie. */
export async function changePassword(current: string, next: string): Promise<Session> {
  const asked = { body: { current, new: next } };
  const session = body(await ahead.POST("/api/account/password", asked)) as Session;
  rememberCsrf(session.csrf);
  return session;
}

/** Begins to set up a second factor, in place of one that was not confirmed. */
export async function beginSecondFactor(): Promise<Enrolment> {
  return body(await ahead.POST("/api/account/second-factor")) as Enrolment;
}

/** Takes the second factor into use; returns the recovery codes, shown this once. */
export async function confirmSecondFactor(code: string): Promise<string[]> {
  const answer = await ahead.POST("/api/account/second-factor/confirm", { body: { code } });
  return (body(answer) as { recoveryCodes: string[] }).recoveryCodes;
}

export async function removeSecondFactor(): Promise<void> {
  await ahead.DELETE("/api/account/second-factor");
}

/** Makes new recovery codes, shown this once; those of before are worth nothing from then on. */
export async function renewRecoveryCodes(): Promise<string[]> {
  const answer = await ahead.POST("/api/account/recovery-codes");
  return (body(answer) as { recoveryCodes: string[] }).recoveryCodes;
}

/** One page of one's own sessions, newest first. */
export async function fetchOwnSessions(
  filter: OwnSessionFilter,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<SessionPage> {
  const query = { ...filter, limit: PAGE_SIZE, ...(cursor ? { cursor } : {}) };
  return body(
    await ahead.GET("/api/account/sessions", { params: { query }, signal }),
  ) as SessionPage;
}

export async function endOwnSession(id: string): Promise<void> {
  await ahead.POST("/api/account/sessions/{id}/revoke", { params: { path: { id } }, body: {} });
}

/** Ends all sessions of one's own but this one; returns how many there were. */
export async function endOtherSessions(): Promise<number> {
  const answer = await ahead.POST("/api/account/sessions/revoke-others", { body: {} });
  return (body(answer) as { revoked: number }).revoked;
}
