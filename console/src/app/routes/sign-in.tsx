/** /admin/sign-in, and back to where one came from. */

import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { createRoute, redirect, useRouter } from "@tanstack/react-router";
import { asProblem } from "@/api/problem";
import { useTitle } from "@/components/use-title";
import { SignInForm } from "@/features/sign-in/sign-in-form";
import { isReason, type Reason } from "@/features/sign-in/words";
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

function sayUsed(): void {
  notifications.show({
    title: "A recovery code is used up",
    message: "Your account page says how many are left, and makes new ones.",
    autoClose: 12_000,
  });
}

function SignInPage() {
  const router = useRouter();
  const queryClient = useQueryClient();
  const { next, reason } = signInRoute.useSearch();
  useTitle("Sign in");
  return (
    <SignInForm
      mark={mark}
      reason={reason}
      email={router.state.location.state.email}
      onSignedIn={(session, by) => {
        queryClient.clear();
        queryClient.setQueryData(sessionQuery.queryKey, session);
        router.history.push(next ?? START);
        if (by === "recovery") sayUsed();
      }}
    />
  );
}
