/** Whether what a page shows of an entry is what was proved. */

import type { Verdict } from "./evidence";

/** An entry as a page shows it. */
export interface Shown {
  id: string;
  log: string;
  seq: number;
  time: string;
  action: string;
  status: string;
  actor: { id: string; email?: string | null; name?: string | null };
  assumedBy?: { id: string; email?: string | null; name?: string | null } | null;
  resource: { type: string; id: string; name?: string | null };
  client?: { ip?: string | null; userAgent?: string | null } | null;
  session?: string | null;
  occurred?: string | null;
  request?: { path?: string | null; status?: number | null } | null;
  payload?: unknown;
  changes?: unknown;
}

type Pair = readonly [what: string, shown: unknown, proved: unknown];

/** Names of what differs; empty where everything shown was proved. */
export function differences(shown: Shown, { part, disclosures }: Verdict): string[] {
  const { person, client, resource, details } = disclosures;
  const behind = (person?.assumedBy ?? {}) as Record<string, unknown>;
  const pairs: Pair[] = [
    ["entry id", shown.id, part.id],
    ["log", shown.log, part.log],
    ["seq", shown.seq, part.seq],
    ["time", Date.parse(shown.time), Date.parse(part.time)],
    [
      "occurrence",
      shown.occurred && Date.parse(shown.occurred),
      part.occurred && Date.parse(part.occurred),
    ],
    ["action", shown.action, part.action],
    ["status", shown.status, part.status],
    ["user", shown.actor.id, part.actor.id],
    ["user's e-mail address", shown.actor.email, person?.email],
    ["user's name", shown.actor.name, person?.name],
    ["assuming user", shown.assumedBy?.id, part.assumedBy?.id],
    ["assuming user's e-mail address", shown.assumedBy?.email, behind.email],
    ["resource type", shown.resource.type, part.resource.type],
    ["resource id", shown.resource.id, part.resource.id],
    ["resource name", shown.resource.name, resource?.name],
    ["session", shown.session, part.session],
    ["IP address", shown.client?.ip, client?.ip],
    ["user agent", shown.client?.userAgent, client?.userAgent],
    ["response", shown.request?.status, part.request?.status],
    ["path", shown.request?.path, details?.path],
    ["details", shown.payload, details?.payload],
    ["changes", shown.changes, details?.changes],
  ];
  return pairs.filter(([, one, other]) => spelled(one) !== spelled(other)).map(([what]) => what);
}

/** One spelling for what is the same: absent is null, and the order of members says nothing. */
function spelled(value: unknown): string {
  return JSON.stringify(value ?? null, (_, each: unknown) =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}
