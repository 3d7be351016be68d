/** /admin/integrity: how the logs stand, for those who may read them. */

import { createRoute, notFound } from "@tanstack/react-router";
import { useTitle } from "@/components/use-title";
import { IntegrityPage } from "@/features/integrity/integrity-page";
import { may } from "../session";
import { useTenants } from "../tenants";
import { signedInRoute } from "./signed-in";

export const integrityRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/integrity",
  beforeLoad: ({ context }) => {
    if (!may(context.session, "activity.read")) throw notFound();
  },
  component: Integrity,
});

function Integrity() {
  const { session } = integrityRoute.useRouteContext();
  const tenants = useTenants(session);
  useTitle("Integrity");
  const names = tenants && new Map(tenants.map((tenant) => [tenant.id, tenant.name]));
  return <IntegrityPage names={names} />;
}
