/** Everything that needs a session: the frame around it, or the way to the sign-in page. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { createRoute, Outlet, redirect } from "@tanstack/react-router";
import { Fragment } from "react";
import { asProblem } from "@/api/problem";
import { stepUp } from "@/api/session";
import { PlatformDatesProvider } from "@/components/platform-dates";
import { StepUpProvider } from "@/components/step-up";
import { identityOf, useSharedIdentity } from "../identity";
import { sessionQuery } from "../session";
import { Frame } from "../shell/frame";
import { rootRoute } from "./root";

export const signedInRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "signed-in",
  beforeLoad: async ({ context, location }) => {
    const next = location.publicHref;
    const session = await context.queryClient.ensureQueryData(sessionQuery).catch((thrown) => {
      if (!asProblem(thrown).revoked) throw thrown;
      context.queryClient.setQueryData(sessionQuery.queryKey, null);
      throw redirect({ to: "/sign-in", search: { next, reason: "revoked" } });
    });
    if (!session) throw redirect({ to: "/sign-in", search: { next } });
    if (session.enrolmentDue) throw redirect({ to: "/enrolment", search: { next } });
    return { session };
  },
  component: SignedIn,
});

function SignedIn() {
  const entered = signedInRoute.useRouteContext().session;
  // Settings change while the page is open; a session that ends is on its way out already.
  const session = useSuspenseQuery(sessionQuery).data ?? entered;
  useSharedIdentity();
  return (
    <PlatformDatesProvider dates={session.settings}>
      <StepUpProvider prove={stepUp} read={asProblem} secondFactor={session.secondFactor}>
        <Frame session={session}>
          <Fragment key={identityOf(session)}>
            <Outlet />
          </Fragment>
        </Frame>
      </StepUpProvider>
    </PlatformDatesProvider>
  );
}
