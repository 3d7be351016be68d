/** People with an account: pages of them, and what an administrator changes about one. */

import { body, client } from "./client";
import { PAGE_SIZE } from "./page";
import type {
  ChangedUser,
  NewUser,
  RevokedSessions,
  RoleName,
  UserFilter,
  UserPage,
} from "./types";

/** One page, newest first. */
export async function fetchUsers(
  filter: UserFilter,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<UserPage> {
  const query = { ...filter, limit: PAGE_SIZE, ...(cursor ? { cursor } : {}) };
  return body(await client.GET("/api/users", { params: { query }, signal }));
}

/** Makes an account; the link in the answer is where its owner sets a password. */
export async function inviteUser(user: NewUser): Promise<ChangedUser> {
  return body(await client.POST("/api/users", { body: user }));
}

export async function changeUser(
  id: string,
  patch: { name?: string; role?: RoleName },
): Promise<ChangedUser> {
  const params = { path: { id } };
  return body(await client.PATCH("/api/users/{id}", { params, body: patch }));
}

/** The reason goes into the log; none is allowed. */
export async function disableUser(id: string, reason: string | undefined): Promise<ChangedUser> {
  const params = { path: { id } };
  const asked = { params, body: reason ? { reason } : {} };
  return body(await client.POST("/api/users/{id}/disable", asked));
}

export async function enableUser(id: string): Promise<ChangedUser> {
  const asked = { params: { path: { id } } };
  return body(await client.POST("/api/users/{id}/enable", asked));
}

/** A new link to set a first password; the one before no longer works. */
export async function inviteAgain(id: string): Promise<ChangedUser> {
  const asked = { params: { path: { id } } };
  return body(await client.POST("/api/users/{id}/invitation", asked));
}

/** A link to set another password; nobody but its owner ever knows the password. */
export async function resetPassword(id: string): Promise<ChangedUser> {
  const asked = { params: { path: { id } } };
  return body(await client.POST("/api/users/{id}/password-reset", asked));
}

export async function removeSecondFactor(id: string): Promise<ChangedUser> {
  const asked = { params: { path: { id } } };
  return body(await client.POST("/api/users/{id}/second-factor/remove", asked));
}

/** Ends all active sessions of a user. */
export async function revokeSessionsOfUser(id: string, reason: string): Promise<RevokedSessions> {
  const asked = { params: { path: { id } }, body: { reason } };
  return body(await client.POST("/api/users/{id}/sessions/revoke", asked));
}
