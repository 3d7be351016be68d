/** What comes of checking an entry: one state for the badge, and the way step by step. */

import { Malformed } from "@/proof/bytes";
import { type Evidence, type Verdict, verify } from "@/proof/evidence";
import type { VerifierKey } from "@/proof/key";
import { meet, type Store } from "@/proof/pins";
import { differences, type Shown } from "@/proof/shown";

/**
 * - `witnessed`: proved up to a root checkpoint that somebody else cosigned
 * - `published`: proved up to the root log, which nobody else has cosigned yet
 * - `signed`: proved in its log, whose checkpoint is not in the root log yet
 * - `stranger`: the proof holds, by another key than the one expected
 * - `broken`: something does not hold
 */
export type ProofState = "witnessed" | "published" | "signed" | "stranger" | "broken";

export interface Judgement {
  state: ProofState;
  /** Null where nothing was proved. */
  verdict: Verdict | null;
  /** The keys that are not the ones expected, of the log and of the root log. */
  strangers: VerifierKey[];
  /** What does not hold, in words; empty where everything does. */
  faults: string[];
}

export class NoSecureContext extends Error {}

/** Judges what is shown of an entry by its evidence, here and now. */
export async function judge(
  shown: Shown,
  evidence: unknown,
  store: Store,
  now: Date,
): Promise<Judgement> {
  if (!globalThis.crypto?.subtle) throw new NoSecureContext();
  let verdict: Verdict;
  try {
    verdict = await verify(evidence as Evidence);
  } catch (error) {
    return broken([reasonOf(error)]);
  }
  const differing = differences(shown, verdict);
  if (differing.length > 0) {
    return broken([`What is shown here is not what was recorded: ${differing.join(", ")}.`]);
  }
  const signers = verdict.root ? [verdict.key, verdict.root.key] : [verdict.key];
  const strangers = signers.filter((key) => meet(store, key, now) === "changed");
  const state = strangers.length > 0 ? "stranger" : stateOf(verdict);
  return { state, verdict, strangers, faults: [] };
}

function stateOf({ root }: Verdict): ProofState {
  if (!root) return "signed";
  return root.cosignatures.length > 0 ? "witnessed" : "published";
}

function broken(faults: string[]): Judgement {
  return { state: "broken", verdict: null, strangers: [], faults };
}

/** Only our own words: an error of the machine says nothing to a person. */
function reasonOf(error: unknown): string {
  return error instanceof Malformed ? error.message : "The evidence can't be read.";
}
