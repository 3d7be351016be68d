/** /admin/roles: what each role allows. */

import { createRoute, notFound } from "@tanstack/react-router";
import type { ListSearch } from "@/components/list-search";
import { ids, oneOf, present } from "@/components/parameters";
import { ROLES } from "@/components/roles";
import { useTitle } from "@/components/use-title";
import { RolesPage } from "@/features/people/roles/roles-page";
import { may } from "../session";
import { signedInRoute } from "./signed-in";

export const rolesRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/roles",
  validateSearch: (raw: Record<string, unknown>): Pick<ListSearch, "open"> =>
    present({ open: ids(raw.open) }) as Pick<ListSearch, "open">,
  beforeLoad: ({ context }) => {
    if (!may(context.session, "users.read")) throw notFound();
  },
  component: Roles,
});

function Roles() {
  const search = rolesRoute.useSearch();
  const navigate = rolesRoute.useNavigate();
  useTitle("Roles");
  return (
    <RolesPage
      search={search}
      onSearch={({ open }, { replace = false } = {}) =>
        void navigate({ search: open ? { open } : {}, replace, resetScroll: false })
      }
      onUsers={(id) => {
        const role = oneOf(id, ROLES);
        void navigate({ to: "/users", search: role ? { role } : {} });
      }}
    />
  );
}
