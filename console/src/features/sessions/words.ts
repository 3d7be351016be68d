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
  ended: "Ended",
};

export function statusLabel(status: SessionStatus): string {
  return LABELS[status] ?? status;
}

/** Whoever did something to a session, as short as can be. */
export function nameOf(who: { id: string; email: string | null; name: string | null }): string {
  return who.email || who.name || who.id;
}
