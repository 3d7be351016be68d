/** The logs as the page lists them: in the order of their names, and found by name or origin. */

import type { LogState } from "@/api/types";

export interface NamedLog extends LogState {
  /** What its tenant is called; null where nobody here knows. */
  name: string | null;
}

export type Names = ReadonlyMap<string, string> | null;

/**
 * The platform's log first, then by name. A log without entries proves nothing and is left out: a
 * tenant that was refused when it was made leaves one behind.
 */
export function namedLogs(logs: readonly LogState[], names: Names): NamedLog[] {
  return logs
    .filter(({ size }) => size > 0)
    .map((log) => ({
      ...log,
      name: log.tenant ? (names?.get(log.tenant) ?? null) : "Platform",
    }))
    .sort(
      (one, other) =>
        Number(one.tenant !== null) - Number(other.tenant !== null) ||
        (one.name ?? one.origin).localeCompare(other.name ?? other.origin, "en", { numeric: true }),
    );
}

/** Those with *text* in name or origin, in upper or lower case. */
export function matching(logs: readonly NamedLog[], text: string): readonly NamedLog[] {
  const wanted = text.toLowerCase();
  return logs.filter(
    ({ name, origin }) =>
      name?.toLowerCase().includes(wanted) || origin.toLowerCase().includes(wanted),
  );
}

/** "85 logs, all of them whole in the root log", or how many are behind it. */
export function summaryOf(logs: readonly LogState[]): string {
  const behind = logs.filter(({ size, published }) => published < size).length;
  const all = `${logs.length.toLocaleString("en")} logs`;
  if (behind === 0) return `${all}, all of them whole in the root log.`;
  return `${all}; the last entries of ${behind.toLocaleString("en")} are not in the root log yet.`;
}
