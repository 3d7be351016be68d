/** The words for how an account stands. */

import type { UserStatus } from "@/api/types";

export const STATUSES = ["active", "invited", "disabled"] as const satisfies readonly UserStatus[];

const LABELS: Record<UserStatus, string> = {
  active: "Active",
  invited: "Invited",
  disabled: "Disabled",
};

export function statusLabel(status: UserStatus): string {
  return LABELS[status] ?? status;
}
