/** What the page asks, and what this browser keeps of the answer to compare the next one with. */

import { queryOptions } from "@tanstack/react-query";
import { fetchIntegrity } from "@/api/integrity";
import type { Integrity } from "@/api/types";
import type { Seen } from "./verdict";

const EVERY = 10_000;
const PLACE = "indelible.root-seen";

export const integrityQuery = queryOptions({
  queryKey: ["integrity"],
  queryFn: async ({ signal }) => {
    const integrity = await fetchIntegrity(signal);
    const seen = lastSeen(integrity.origin);
    remember(integrity);
    return { integrity, seen };
  },
  refetchInterval: EVERY,
});

function read(): Record<string, Seen> {
  try {
    return (JSON.parse(window.localStorage.getItem(PLACE) ?? "{}") as Record<string, Seen>) ?? {};
  } catch {
    return {};
  }
}

function lastSeen(origin: string): Seen | null {
  return read()[origin] ?? null;
}

/** Only what is larger replaces what was seen, so that a log that went back stays accused. */
function remember({ origin, recent }: Integrity): void {
  const newest = recent[0];
  const seen = lastSeen(origin);
  if (!newest || (seen && seen.size >= newest.size)) return;
  const kept = { ...read(), [origin]: { size: newest.size, root: newest.root } };
  window.localStorage.setItem(PLACE, JSON.stringify(kept));
}
