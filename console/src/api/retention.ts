/** How long a tenant's entries are kept. */

import { body, client } from "./client";
import type { Retention, RetentionRules } from "./types";

export async function fetchRetention(tenant: string, signal: AbortSignal): Promise<Retention> {
  const asked = { params: { path: { tenant } }, signal };
  return body(await client.GET("/api/tenants/{tenant}/retention", asked));
}

export async function changeRetention(tenant: string, rules: RetentionRules): Promise<Retention> {
  const asked = { params: { path: { tenant } }, body: rules };
  return body(await client.PUT("/api/tenants/{tenant}/retention", asked));
}
