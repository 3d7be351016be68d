/** /admin/users: who has an account. */

import { createRoute, notFound } from "@tanstack/react-router";
import { useTitle } from "@/components/use-title";
import { parseUserSearch } from "@/features/people/users/search";
import { UsersPage } from "@/features/people/users/users-page";
import { useBecome } from "../identity";
import { may } from "../session";
import { useTenants } from "../tenants";
import { signedInRoute } from "./signed-in";

export const usersRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/users",
  validateSearch: parseUserSearch,
  beforeLoad: ({ context }) => {
    if (!may(context.session, "users.read")) throw notFound();
  },
  component: Users,
});

function Users() {
  const search = usersRoute.useSearch();
  const { session } = usersRoute.useRouteContext();
  const navigate = usersRoute.useNavigate();
  const become = useBecome();
  useTitle("Users");
  return (
    <UsersPage
      search={search}
      onSearch={(next, { replace = false } = {}) =>
        void navigate({ search: next, replace, resetScroll: false })
      }
      by={{
        id: session.user.id,
        mayChange: may(session, "users.change"),
        mayRevoke: may(session, "sessions.revoke"),
        mayAssume: may(session, "identity.assume"),
      }}
      tenants={useTenants(session)}
      onEntries={(entries) => void navigate({ to: "/audit-log", search: entries })}
      onActivity={(user) => void navigate({ to: "/audit-log", search: { user } })}
      onSessions={
        may(session, "sessions.read")
          ? (user) =>
              void navigate({
                to: "/audit-log",
                search: { tab: "sessions", sessions_user: user },
              })
          : undefined
      }
      onAssumed={(next) => void become(next, "/")}
    />
  );
}
