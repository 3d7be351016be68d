/** Signing in and out, and who is signed in. */

import { body, client, rememberCsrf } from "./client";
import { asProblem } from "./problem";
import type { Session } from "./types";

function remembered(session: Session): Session {
  rememberCsrf(session.csrf);
  return session;
}

/** Returns who is signed in, or null; a session that was revoked is a problem, not just nobody. */
export async function fetchSession(): Promise<Session | null> {
  try {
    return remembered(body(await client.GET("/api/auth/session")));
  } catch (thrown) {
    const problem = asProblem(thrown);
    if (problem.signedOut && !problem.revoked) return null;
    throw thrown;
  }
}

/** Signs in; where the account has a second factor, with the code of its app or a recovery code. */
export async function signIn(email: string, password: string, code?: string): Promise<Session> {
  const credentials = { email, password, ...(code ? { code } : {}) };
  return remembered(body(await client.POST("/api/auth/sign-in", { body: credentials })));
}

/** Shows again who one is, which some changes ask for: by the password, or a code of the app. */
export async function stepUp(proof: { password: string } | { code: string }): Promise<void> {
  await client.POST("/api/auth/step-up", { body: proof });
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
