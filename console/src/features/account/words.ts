/** The words for how a session of one's own came to its end. */

import type { LoginSession } from "@/api/types";

export function stateWords({ status, revoked, user }: LoginSession): string {
  switch (status) {
    case "active":
      return "active";
    case "expired":
      return "expired";
    case "revoked":
      return revoked && revoked.by.id !== user.id ? `revoked: “${revoked.reason}”` : "ended by you";
    default:
      return "ended";
  }
}
