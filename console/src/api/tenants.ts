/** The customers of the platform: all of them, and what a Super Admin changes about one. */

import { body, client } from "./client";
import type { ChangedTenant, RevokedSessions, TenantRow } from "./types";

export async function fetchTenants(signal: AbortSignal): Promise<TenantRow[]> {
  return body(await client.GET("/api/tenants", { signal })).items;
}

export async function createTenant(name: string): Promise<ChangedTenant> {
  return body(await client.POST("/api/tenants", { body: { name } }));
}

export async function renameTenant(id: string, name: string): Promise<ChangedTenant> {
  const asked = { params: { path: { id } }, body: { name } };
  return body(await client.PATCH("/api/tenants/{id}", asked));
}

/** Ends the sessions of all its users, and lets none of them sign in. */
export async function disableTenant(id: string): Promise<ChangedTenant> {
  const asked = { params: { path: { id } } };
  return body(await client.POST("/api/tenants/{id}/disable", asked));
}

export async function enableTenant(id: string): Promise<ChangedTenant> {
  const asked = { params: { path: { id } } };
  return body(await client.POST("/api/tenants/{id}/enable", asked));
}

/** Ends all active sessions of a tenant's users. */
export async function revokeSessionsOfTenant(id: string, reason: string): Promise<RevokedSessions> {
  const asked = { params: { path: { id } }, body: { reason } };
  return body(await client.POST("/api/tenants/{id}/sessions/revoke", asked));
}
