/** /admin/welcome#token: where an invitation or a reset link leads. */

import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { createRoute, useRouter } from "@tanstack/react-router";
import { useTitle } from "@/components/use-title";
import { WelcomePage } from "@/features/welcome/welcome-page";
import mark from "../mark.svg";
import { refreshSession } from "../session";
import { rootRoute } from "./root";

export const welcomeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/welcome",
  component: Welcome,
});

function Welcome() {
  const router = useRouter();
  const queryClient = useQueryClient();
  // After the `#`: browsers send it to no server, so it stands in no log.
  const token = router.state.location.hash;
  useTitle("Set your password");
  const signIn = (email?: string) =>
    router.navigate({
      to: "/sign-in",
      search: email ? { reason: "password" } : {},
      state: email ? { email } : {},
      replace: true,
    });
  const leave = async (email: string) => {
    // The account's own sessions have ended; this browser may hold somebody else's.
    const session = await refreshSession(queryClient).catch(() => null);
    if (!session) return signIn(email);
    notifications.show({
      color: "green",
      title: `The password of ${email} is set`,
      message: `In this browser you are still signed in as ${session.user.email}.`,
      autoClose: 12_000,
    });
    return router.navigate({ to: "/", replace: true });
  };
  return (
    <WelcomePage
      key={token}
      mark={mark}
      token={token}
      onSignIn={() => void signIn()}
      onSet={(email) => void leave(email)}
    />
  );
}
