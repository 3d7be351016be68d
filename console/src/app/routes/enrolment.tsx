/** /admin/enrolment: before anything else, for an account that has to have a second factor. */

import { useQueryClient } from "@tanstack/react-query";
import { createRoute, redirect, useRouter } from "@tanstack/react-router";
import { asProblem } from "@/api/problem";
import { stepUp } from "@/api/session";
import { StepUpProvider } from "@/components/step-up";
import { useTitle } from "@/components/use-title";
import { EnrolmentPage } from "@/features/second-factor/enrolment-page";
import mark from "../mark.svg";
import { refreshSession, safeNext, sessionQuery } from "../session";
import { useSignOut } from "../sign-out";
import { rootRoute } from "./root";

const START = "/admin/";

export const enrolmentRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/enrolment",
  validateSearch: (raw: Record<string, unknown>): { next?: string } => {
    const next = safeNext(raw.next, START);
    return next ? { next } : {};
  },
  beforeLoad: async ({ context, search }) => {
    const session = await context.queryClient.ensureQueryData(sessionQuery);
    if (!session) throw redirect({ to: "/sign-in", search });
    if (!session.enrolmentDue) throw redirect({ href: search.next ?? START });
    return { session };
  },
  component: Enrolment,
});

function Enrolment() {
  const { user } = enrolmentRoute.useRouteContext().session;
  const { next } = enrolmentRoute.useSearch();
  const queryClient = useQueryClient();
  const router = useRouter();
  const leaving = useSignOut();
  useTitle("Set up your second factor");
  return (
    <StepUpProvider prove={stepUp} read={asProblem} secondFactor={false}>
      <EnrolmentPage
        mark={mark}
        email={user.email}
        onSignOut={() => leaving.mutate()}
        onDone={async () => {
          await refreshSession(queryClient);
          router.history.push(next ?? START);
        }}
      />
    </StepUpProvider>
  );
}
