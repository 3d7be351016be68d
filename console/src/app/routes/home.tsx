/** /admin: on to the audit log, or a word to those who have nothing to see here. */

import { Button } from "@mantine/core";
import { IconUserCheck } from "@tabler/icons-react";
import { createRoute, Link, redirect } from "@tanstack/react-router";
import { Blank } from "@/components/blank";
import { roleLabel } from "@/components/roles";
import { useTitle } from "@/components/use-title";
import { may } from "../session";
import { signedInRoute } from "./signed-in";

export const homeRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/",
  beforeLoad: ({ context }) => {
    if (may(context.session, "activity.read")) throw redirect({ to: "/audit-log" });
  },
  component: Home,
});

function Home() {
  const { session } = homeRoute.useRouteContext();
  const { user } = session;
  useTitle("Signed in");
  return (
    <Blank
      level={1}
      icon={<IconUserCheck size={22} />}
      title={`Signed in as ${user.email}`}
      actions={
        may(session, "account.change") && (
          <Button component={Link} to="/account" variant="default" size="xs">
            Your account
          </Button>
        )
      }
    >
      <p>
        Your role, {roleLabel(user.role)}, sees no more of this console than your own account:
        password, second factor, sessions.
      </p>
    </Blank>
  );
}
