/** How the logs stand. */

import { body, client } from "./client";
import type { Integrity } from "./types";

export async function fetchIntegrity(signal: AbortSignal): Promise<Integrity> {
  return body(await client.GET("/api/integrity", { signal }));
}
