/** The tenants to filter by: both tabs of the audit log offer them. */

import { useQuery } from "@tanstack/react-query";
import { fetchTenants } from "@/api/tenants";
import type { Session, Tenant } from "@/api/types";
import { may } from "./session";

const NONE: readonly Tenant[] = [];

/** All tenants, none until they are known; null for those who see one alone. */
export function useTenants(session: Session): readonly Tenant[] | null {
  const enabled = may(session, "tenants.read");
  const { data } = useQuery({
    queryKey: ["tenants", "all"],
    queryFn: ({ signal }) => fetchTenants(signal),
    staleTime: 300_000,
    enabled,
  });
  return enabled ? (data ?? NONE) : null;
}
