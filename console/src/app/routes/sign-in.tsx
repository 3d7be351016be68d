/** /admin/sign-in, and back to where one came from. */

import { useQueryClient } from "@tanstack/react-query";
import { createRoute, redirect, useRouter } from "@tanstack/react-router";
import { asProblem } from "@/api/problem";
import { useTitle } from "@/components/use-title";
import { isReason, type Reason, SignInForm } from "@/features/sign-in/sign-in-form";
import mark from "../mark.svg";
import { safeNext, sessionQuery } from "../session";
import { rootRoute } from "./root";

const START = "/admin/";

export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  validateSearch: (raw: Record<string, unknown>): { next?: string; reason?: Reason } => {
    const next = safeNext(raw.next, START);
    const reason = isReason(raw.reason) ? raw.reason : undefined;
    return { ...(next ? { next } : {}), ...(reason ? { reason } : {}) };
  },
  beforeLoad: async ({ context, search }) => {
    // An unreachable server is the form's business, not a reason to hide the form.
    const session = await context.queryClient.ensureQueryData(sessionQuery).catch((thrown) => {
      if (!asProblem(thrown).revoked) return null;
      context.queryClient.setQueryData(sessionQuery.queryKey, null);
      throw redirect({ to: "/sign-in", search: { ...search, reason: "revoked" }, replace: true });
    });
    if (session) throw redirect({ href: search.next ?? START });
  },
  component: SignInPage,
});

function SignInPage() {
  const router = useRouter();
  const queryClient = useQueryClient();
  const { next, reason } = signInRoute.useSearch();
  useTitle("Sign in");
  return (
    <SignInForm
      mark={mark}
      reason={reason}
      onSignedIn={(session) => {
        queryClient.clear();
        queryClient.setQueryData(sessionQuery.queryKey, session);
        router.history.push(next ?? START);
      }}
    />
  );
}
