/** Acting as somebody else for a while, and being oneself again. */

import { body, client, rememberCsrf } from "./client";
import type { Session } from "./types";

function remembered(session: Session): Session {
  rememberCsrf(session.csrf);
  return session;
}

/** Begins it: the answer is the assumed session, which the browser uses from now on. */
export async function assumeIdentity(user: string, reason: string): Promise<Session> {
  return remembered(body(await client.POST("/api/assume", { body: { user, reason } })));
}

/** Ends it: the answer is a fresh session of one's own. */
export async function stopAssuming(): Promise<Session> {
  return remembered(body(await client.POST("/api/assume/stop")));
}
