/** Signing in and out, and who is signed in. */

import { body, client, rememberCsrf } from "./client";
import { asProblem } from "./problem";
import type { Session } from "./types";

function remembered(session: Session): Session {
  rememberCsrf(session.csrf);
  return session;
}

/** Returns who is signed in, or null. */
export async function fetchSession(): Promise<Session | null> {
  try {
    return remembered(body(await client.GET("/api/auth/session")));
  } catch (thrown) {
    if (asProblem(thrown).signedOut) return null;
    throw thrown;
  }
}

export async function signIn(email: string, password: string): Promise<Session> {
  return remembered(body(await client.POST("/api/auth/sign-in", { body: { email, password } })));
}

/** Ends the session; one that has already ended counts as signed out. */
export async function signOut(): Promise<void> {
  try {
    await client.POST("/api/auth/sign-out");
  } catch (thrown) {
    if (!asProblem(thrown).signedOut) throw thrown;
  }
  rememberCsrf(null);
}
