/** Everything that needs a session: the frame around it, or the way to the sign-in page. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { createRoute, Outlet, redirect } from "@tanstack/react-router";
import { PlatformDatesProvider } from "@/components/platform-dates";
import { sessionQuery } from "../session";
import { Frame } from "../shell/frame";
import { rootRoute } from "./root";

export const signedInRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "signed-in",
  beforeLoad: async ({ context, location }) => {
    const session = await context.queryClient.ensureQueryData(sessionQuery);
    if (!session) throw redirect({ to: "/sign-in", search: { next: location.publicHref } });
    return { session };
  },
  component: SignedIn,
});

function SignedIn() {
  const entered = signedInRoute.useRouteContext().session;
  // Settings change while the page is open; a session that ends is on its way out already.
  const session = useSuspenseQuery(sessionQuery).data ?? entered;
  return (
    <PlatformDatesProvider dates={session.settings}>
      <Frame session={session}>
        <Outlet />
      </Frame>
    </PlatformDatesProvider>
  );
}
