/** Who is signed in, and what that allows. */

import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { fetchSession } from "@/api/session";
import type { Session } from "@/api/types";

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: fetchSession,
  staleTime: 60_000,
  meta: { opens: true },
});

/**
 * The server decides; this only keeps what it would refuse off the screen.
 *
 * While one acts as somebody else, their rights shrink to reading.
 */
export function may(session: Session, permission: string): boolean {
  if (session.assumedBy && !permission.endsWith(".read")) return false;
  return session.permissions.includes(permission);
}

/** Asks the server anew who is signed in; the routes then decide by that. */
export function refreshSession(queryClient: QueryClient): Promise<Session | null> {
  return queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 });
}

/** A path to go back to after signing in: of this console alone, never another site's. */
export function safeNext(next: unknown, base: string): string | undefined {
  if (typeof next !== "string" || !next.startsWith(base)) return undefined;
  // Browsers read a backslash as a slash, and drop control characters.
  const path = next.split(/[?#]/)[0] ?? "";
  if (/[\\\p{Cc}]/u.test(next) || path.includes("//")) return undefined;
  return next.startsWith(`${base}sign-in`) ? undefined : next;
}
