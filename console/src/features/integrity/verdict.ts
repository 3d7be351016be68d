/** What does not hold, of all that the page shows. */

import type { IndexState, Integrity, RootCheckpoint } from "@/api/types";

export interface Fault {
  title: string;
  detail: string;
}

/** What this browser saw of the root log when it last looked. */
export interface Seen {
  size: number;
  root: string;
}

export function faultsOf(integrity: Integrity, seen: Seen | null): Fault[] {
  return [
    ...accusations(integrity),
    ...wentBack(integrity, seen),
    ...checked(integrity),
    ...keysOf(integrity),
  ];
}

function accusations({ witnesses }: Integrity): Fault[] {
  return witnesses
    .filter((witness) => witness.accuses)
    .map((witness) => ({
      title: `The witness ${witness.name} has seen another history.`,
      detail: witness.detail,
    }));
}

/** The root log only grows; that it did not take back anything else is what witnesses check. */
function wentBack({ recent }: Integrity, seen: Seen | null): Fault[] {
  if (!seen) return [];
  const newest = recent[0];
  const same = recent.find((each) => each.size === seen.size);
  if (newest && newest.size >= seen.size && (!same || same.root === seen.root)) return [];
  return [
    {
      title: "The root log is not the one that this browser saw.",
      detail: `It had ${seen.size.toLocaleString("en")} leaves with the root ${seen.root}.`,
    },
  ];
}

function checked({ lastCheck }: Integrity): Fault[] {
  if (!lastCheck || lastCheck.holds) return [];
  const more = lastCheck.found - lastCheck.findings.length;
  return [
    {
      title: `The last check found ${lastCheck.found === 1 ? "a fault" : `${lastCheck.found} faults`}.`,
      detail: [...lastCheck.findings.slice(0, 5), more > 0 ? `and ${more} more` : ""]
        .filter(Boolean)
        .join("; "),
    },
  ];
}

function keysOf({ keys }: Integrity): Fault[] {
  return keys.length === 0
    ? [{ title: "No key is known that signs the logs.", detail: "Nothing can be proved." }]
    : [];
}

/** "2 of 3", "none yet": how many witnesses cosigned, of how many are wanted. */
export function cosignedText(checkpoint: RootCheckpoint, quorum: number): string {
  const count = checkpoint.cosignatures.length;
  if (quorum === 0) return "no witness is configured";
  return `${count === 0 ? "no" : count} cosignature${count === 1 ? "" : "s"}, ${quorum} wanted`;
}

/** "Up to date", "2 entries behind, by 3 s": how far the search index is from the ledger. */
export function behindText({ behind, lagSeconds }: IndexState): string {
  if (behind === 0) return "Up to date";
  const entries = `${behind.toLocaleString("en")} ${behind === 1 ? "entry" : "entries"}`;
  const lag =
    lagSeconds < 120
      ? `${Math.ceil(lagSeconds)} s`
      : `${Math.round(lagSeconds / 60).toLocaleString("en")} min`;
  return `${entries} behind, by ${lag}`;
}
