/** Links by which people set a password who have none, or lost it. */

import { body, client } from "./client";
import type { PasswordLink } from "./types";

/** What a link is for; 404 for one that was used, is over, or never was. */
export async function inspectLink(token: string): Promise<PasswordLink> {
  return body(await client.POST("/api/auth/link/inspect", { body: { token } }));
}

/** Sets the password; the link is good once. */
export async function acceptLink(token: string, password: string): Promise<void> {
  await client.POST("/api/auth/link/accept", { body: { token, password } });
}
