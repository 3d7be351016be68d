/** How long a tenant's entries are kept: in words, and as it is typed. */

import type { Retention, RetentionRules } from "@/api/types";
import { counted } from "@/components/row-count";

/** The most that the server takes: a hundred years. */
export const MOST_DAYS = 36_500;

/** "400 days, the platform's default", "730 days", and that nothing is purged while there is a hold. */
export function keptText({ days, default: usual, hold }: Retention): string {
  const said = counted(days, "day", "days") + (usual ? ", the platform’s default" : "");
  return hold ? `${said}; on hold, nothing is purged` : said;
}

/** What was typed as rules; null where it is no number of days. Without one the default holds. */
export function rulesOf(days: string, hold: string): RetentionRules | null {
  const typed = days.trim();
  const reason = hold.trim() || null;
  if (!typed) return { days: null, hold: reason };
  const number = /^\d{1,5}$/.test(typed) ? Number(typed) : 0;
  return number >= 1 && number <= MOST_DAYS ? { days: number, hold: reason } : null;
}

/** Whether more is purged by these rules than before, as far as that is known. */
export function losesMore(before: Retention, after: RetentionRules): boolean {
  if (after.hold) return false;
  const shorter = after.days == null ? !before.default : after.days < before.days;
  return shorter || before.hold !== null;
}
