/** One's own account: password, second factor, sessions. */

import { body, client, rememberCsrf } from "./client";
import { PAGE_SIZE } from "./page";
import type { Account, Enrolment, Session, SessionPage, SessionStatus } from "./types";

export async function fetchAccount(signal: AbortSignal): Promise<Account> {
  return body(await client.GET("/api/account", { signal }));
}

/** Sets another password; all other sessions end, and this one goes on under a new cookie. */
export async function changePassword(current: string, next: string): Promise<Session> {
  const asked = { body: { current, new: next } };
  const session = body(await client.POST("/api/account/password", asked));
  rememberCsrf(session.csrf);
  return session;
}

/** Begins to set up a second factor, in place of one that was not confirmed. */
export async function beginSecondFactor(): Promise<Enrolment> {
  return body(await client.POST("/api/account/second-factor"));
}

/** Takes the second factor into use; returns the recovery codes, shown this once. */
export async function confirmSecondFactor(code: string): Promise<string[]> {
  const answer = await client.POST("/api/account/second-factor/confirm", { body: { code } });
  return body(answer).recoveryCodes;
}

export async function removeSecondFactor(): Promise<void> {
  await client.DELETE("/api/account/second-factor");
}

/** Makes new recovery codes, shown this once; those of before are worth nothing from then on. */
export async function renewRecoveryCodes(): Promise<string[]> {
  const answer = await client.POST("/api/account/recovery-codes");
  return body(answer).recoveryCodes;
}

/** One page of one's own sessions, newest first. */
export async function fetchOwnSessions(
  filter: { status?: SessionStatus },
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<SessionPage> {
  const query = { ...filter, limit: PAGE_SIZE, ...(cursor ? { cursor } : {}) };
  return body(await client.GET("/api/account/sessions", { params: { query }, signal }));
}

export async function endOwnSession(id: string): Promise<void> {
  await client.POST("/api/account/sessions/{id}/revoke", { params: { path: { id } } });
}

/** Ends all sessions of one's own but this one; returns how many there were. */
export async function endOtherSessions(): Promise<number> {
  const answer = await client.POST("/api/account/sessions/revoke-others");
  return body(answer).revoked;
}
