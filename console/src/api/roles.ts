/** The roles, what each allows, and how many have it. */

import { body, client } from "./client";
import type { Role } from "./types";

export async function fetchRoles(signal: AbortSignal): Promise<Role[]> {
  return body(await client.GET("/api/roles", { signal })).items;
}
