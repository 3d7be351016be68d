/** The words for how a session stands. */

import type { SessionStatus } from "@/api/types";

export const STATUSES = [
  "active",
  "expired",
  "revoked",
  "ended",
] as const satisfies readonly SessionStatus[];

const LABELS: Record<SessionStatus, string> = {
  active: "Active",
  expired: "Expired",
  revoked: "Revoked",
  ended: "Signed out",
};

export function statusLabel(status: SessionStatus): string {
  return LABELS[status] ?? status;
}
