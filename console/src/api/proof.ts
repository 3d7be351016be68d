/** The evidence of an entry: proof files, as they are; the page checks them itself. */

import { problemOf } from "./problem";

/** Where the evidence of an entry is to be had, for a page and for a download alike. */
export function evidenceAddress(id: string): string {
  return `/api/activity/${encodeURIComponent(id)}/proof`;
}

/** Evidence as the server offers it. It is a claim: nothing about it is believed here. */
export async function fetchEvidence(id: string, signal: AbortSignal): Promise<unknown> {
  const answer = await fetch(evidenceAddress(id), { credentials: "same-origin", signal });
  if (!answer.ok) throw await problemOf(answer);
  return answer.json();
}
