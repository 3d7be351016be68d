/** Who is signed in and was: pages of sessions, and ending one. */

import { body, client } from "./client";
import { PAGE_SIZE } from "./page";
import type { RevokedSession, SessionFilter, SessionPage } from "./types";

/** One page, newest first. */
export async function fetchSessions(
  filter: SessionFilter,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<SessionPage> {
  const query = { ...filter, limit: PAGE_SIZE, ...(cursor ? { cursor } : {}) };
  return body(await client.GET("/api/sessions", { params: { query }, signal }));
}

/** Ends a session of somebody, at once and for good; the reason goes into the log. */
export async function revokeSession(id: string, reason: string): Promise<RevokedSession> {
  const params = { path: { id } };
  return body(await client.POST("/api/sessions/{id}/revoke", { params, body: { reason } }));
}
