/** Who is signed in and was: pages of sessions, and ending one. */

import type { Client } from "openapi-fetch";
import { body, client } from "./client";
import { PAGE_SIZE } from "./page";

export type SessionStatus = "active" | "expired" | "revoked" | "ended";

interface Person {
  id: string;
  email: string;
  name: string;
}

/** A session as others see it; the own one, with what it allows, is `Session`. */
export interface LoginSession {
  id: string;
  tenant: { id: string; name: string } | null;
  user: Person & { role: "super_admin" | "admin" | "viewer" };
  client: { ip: string | null; userAgent: string | null };
  createdAt: string;
  lastActivityAt: string;
  expiresAt: string;
  idleExpiresAt: string;
  status: SessionStatus;
  /** It is the one that asks. */
  current: boolean;
  revoked: { at: string; reason: string; by: Person } | null;
  endedAt: string | null;
}

export interface SessionPage {
  items: LoginSession[];
  next: string | null;
  previous: string | null;
  total: number;
  position: number;
}

export interface SessionFilter {
  search?: string;
  tenant?: string;
  status?: SessionStatus;
  user?: string;
}

interface Paths {
  "/api/sessions": {
    get: {
      parameters: { query: SessionFilter & { limit: number; cursor?: string } };
      responses: { 200: { content: { "application/json": SessionPage } } };
    };
  };
  "/api/sessions/{id}/revoke": {
    post: {
      parameters: { path: { id: string } };
      requestBody: { content: { "application/json": { reason: string } } };
      responses: { 200: { content: { "application/json": { session: LoginSession } } } };
    };
  };
}

const sessions = client as unknown as Client<Paths>;

/** One page, newest first. */
export async function fetchSessions(
  filter: SessionFilter,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<SessionPage> {
  const query = { ...filter, limit: PAGE_SIZE, ...(cursor ? { cursor } : {}) };
  return body(await sessions.GET("/api/sessions", { params: { query }, signal }));
}

/** Ends a session of somebody, at once and for good; the reason goes into the log. */
export async function revokeSession(id: string, reason: string): Promise<LoginSession> {
  const path = { id };
  const answer = await sessions.POST("/api/sessions/{id}/revoke", {
    params: { path },
    body: { reason },
  });
  return body(answer).session;
}
