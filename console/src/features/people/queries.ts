/** What the pages ask the server, and under which keys the answers are kept. */

import { queryOptions } from "@tanstack/react-query";
import { fetchRetention } from "@/api/retention";
import { fetchRoles } from "@/api/roles";
import { fetchTenants } from "@/api/tenants";
import { fetchUsers } from "@/api/users";
import { filterOf, pageKey } from "@/components/list-search";
import type { UserSearch } from "./users/search";

export const USERS = ["users", "view"] as const;
export const ROLES = ["roles"] as const;
/** Shared with the filters of the audit log. */
export const TENANTS = ["tenants"] as const;

/** What a change of a user, a role or a tenant puts out of date: each counts the others. */
export const PEOPLE = [USERS, ROLES, TENANTS, ["sessions"]] as const;

export function usersQuery(search: UserSearch) {
  return queryOptions({
    queryKey: [...USERS, pageKey(search)],
    queryFn: async ({ signal }) => {
      const asked = new Date();
      const filter = filterOf(search);
      return { asked, filter, page: await fetchUsers(filter, search.cursor, signal) };
    },
  });
}

export const rolesQuery = queryOptions({
  queryKey: [...ROLES, "all"],
  queryFn: ({ signal }) => fetchRoles(signal),
});

/** All tenants; the filters of other pages ask the same. */
export const tenantsQuery = queryOptions({
  queryKey: [...TENANTS, "all"],
  queryFn: ({ signal }) => fetchTenants(signal),
});

/** How long the entries of a tenant are kept. */
export function retentionQuery(tenant: string) {
  return queryOptions({
    queryKey: [...TENANTS, "retention", tenant],
    queryFn: ({ signal }) => fetchRetention(tenant, signal),
  });
}
