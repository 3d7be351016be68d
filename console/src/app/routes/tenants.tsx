/** /admin/tenants, for a Super Admin. */

import { createRoute, notFound } from "@tanstack/react-router";
import { useTitle } from "@/components/use-title";
import { parseTenantSearch } from "@/features/people/tenants/search";
import { TenantsPage } from "@/features/people/tenants/tenants-page";
import { may } from "../session";
import { signedInRoute } from "./signed-in";

export const tenantsRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/tenants",
  validateSearch: parseTenantSearch,
  beforeLoad: ({ context }) => {
    if (!may(context.session, "tenants.read")) throw notFound();
  },
  component: Tenants,
});

function Tenants() {
  const search = tenantsRoute.useSearch();
  const { session } = tenantsRoute.useRouteContext();
  const navigate = tenantsRoute.useNavigate();
  useTitle("Tenants");
  return (
    <TenantsPage
      search={search}
      onSearch={(next, { replace = false } = {}) =>
        void navigate({ search: next, replace, resetScroll: false })
      }
      mayChange={may(session, "tenants.change")}
      onEntries={(entries) => void navigate({ to: "/audit-log", search: entries })}
      onLog={(tenant) => void navigate({ to: "/audit-log", search: { tenant } })}
      onUsers={(tenant) => void navigate({ to: "/users", search: { tenant } })}
    />
  );
}
