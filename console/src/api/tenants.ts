/** The tenants that a Super Admin can filter by. */

import { body, client } from "./client";
import type { Tenant } from "./types";

export async function fetchTenants(signal: AbortSignal): Promise<Tenant[]> {
  return body(await client.GET("/api/tenants", { signal })).items;
}
