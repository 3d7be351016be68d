/** The pages and their addresses, below /admin. */

import type { QueryClient } from "@tanstack/react-query";
import { createRouter } from "@tanstack/react-router";
import { parseAddress, writeAddress } from "./address";
import { accountRoute } from "./routes/account";
import { auditLogRoute } from "./routes/audit-log";
import { enrolmentRoute } from "./routes/enrolment";
import { homeRoute } from "./routes/home";
import { integrityRoute } from "./routes/integrity";
import { NotFound } from "./routes/not-found";
import { rolesRoute } from "./routes/roles";
import { rootRoute } from "./routes/root";
import { settingsRoute } from "./routes/settings";
import { signInRoute } from "./routes/sign-in";
import { signedInRoute } from "./routes/signed-in";
import { tenantsRoute } from "./routes/tenants";
import { Trouble } from "./routes/trouble";
import { usersRoute } from "./routes/users";
import { welcomeRoute } from "./routes/welcome";

const tree = rootRoute.addChildren([
  signInRoute,
  welcomeRoute,
  enrolmentRoute,
  signedInRoute.addChildren([
    homeRoute,
    auditLogRoute,
    integrityRoute,
    usersRoute,
    rolesRoute,
    tenantsRoute,
    settingsRoute,
    accountRoute,
  ]),
]);

export function makeRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree: tree,
    basepath: "/admin",
    // What a route does not know is dropped, not sent to the server.
    search: { strict: true },
    context: { queryClient },
    parseSearch: parseAddress,
    stringifySearch: writeAddress,
    defaultNotFoundComponent: NotFound,
    defaultErrorComponent: Trouble,
    // Filters change the address; the reader's place on the page stays.
    scrollRestoration: false,
  });
}
