/** Who the browser is: it changes at once, in every tab, when an identity is assumed or given back. */

import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useEffect } from "react";
import type { Session } from "@/api/types";
import { sessionQuery } from "./session";

const CHANNEL = "indelible-identity";

/** What one person read is not shown to another. */
function forget(queryClient: QueryClient): void {
  const [own] = sessionQuery.queryKey;
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== own });
}

/** Takes over a session that the server has just opened in place of the one before, and goes to a page. */
export function useBecome(): (session: Session, to: "/" | "/users") => Promise<void> {
  const queryClient = useQueryClient();
  const router = useRouter();
  return async (session, to) => {
    forget(queryClient);
    queryClient.setQueryData(sessionQuery.queryKey, session);
    const channel = new BroadcastChannel(CHANNEL);
    channel.postMessage(session.session.id);
    channel.close();
    await router.navigate({ to });
    // Where the page is the same, its routes have not asked yet who is there.
    await router.invalidate();
  };
}

/**
 * Follows what another tab did.
 *
 * The cookie is the browser's, not the tab's: a tab that does not follow would show one name and act
 * under another.
 */
export function useSharedIdentity(): void {
  const queryClient = useQueryClient();
  const router = useRouter();
  useEffect(() => {
    const channel = new BroadcastChannel(CHANNEL);
    channel.onmessage = async () => {
      forget(queryClient);
      await queryClient.refetchQueries({ queryKey: sessionQuery.queryKey });
      await router.invalidate();
    };
    return () => channel.close();
  }, [queryClient, router]);
}

/** Changes when the person behind the page does: what a page keeps in mind belongs to one alone. */
export function identityOf({ user, assumedBy }: Session): string {
  return `${user.id} ${assumedBy?.id ?? ""}`;
}
