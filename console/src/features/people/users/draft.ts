/** A new user as it is being typed. */

import type { NewUser, RoleName } from "@/api/types";

export interface Draft {
  email: string;
  name: string;
  role: RoleName;
  tenant: string | null;
}

/** A Super Admin belongs to no tenant, everybody else to one. */
function belongs({ role }: Draft): boolean {
  return role !== "super_admin";
}

/** What is missing, in the order of the fields; the server looks more closely. */
export function faultsOf(
  draft: Draft,
  choosesTenant: boolean,
): Partial<Record<keyof Draft, string>> {
  const faults: Partial<Record<keyof Draft, string>> = {};
  if (!/^\S+@\S+$/.test(draft.email.trim())) faults.email = "Give an e-mail address.";
  if (!draft.name.trim()) faults.name = "Give a name.";
  if (choosesTenant && belongs(draft) && !draft.tenant) faults.tenant = "Choose a tenant.";
  return faults;
}

/** What is sent. */
export function newUserOf(draft: Draft): NewUser {
  const { role, tenant } = draft;
  const user = { email: draft.email.trim(), name: draft.name.trim(), role };
  return belongs(draft) && tenant ? { ...user, tenant } : user;
}
