/** The way from an entry's bytes to the witnesses, checked step by step in this browser. */

import { Malformed, utf8 } from "./bytes";
import { disclosed, entryBytes, type PublicPart, readEntry } from "./entry";
import { COSIGNATURE, ED25519, parseKey, type VerifierKey } from "./key";
import { type Signed, signaturesBy } from "./note";
import { checkProof, type ProofFile, parseProof } from "./proof-file";

/** What the server offers as proof of one entry; none of it is believed. */
export interface Evidence {
  entry: string;
  disclosures: Record<string, string>;
  proof: string;
  root: { proof: string; timestamps: string[] } | null;
  keys: string[];
  witnesses: string[];
}

export interface Verdict {
  part: PublicPart;
  disclosures: Record<string, Record<string, unknown>>;
  /** The key that signed the log, which says whose word all this is. */
  key: VerifierKey;
  log: ProofFile;
  /** Null: the log's checkpoint is not in the root log yet. */
  root: { file: ProofFile; key: VerifierKey; cosignatures: Signed[]; timestamps: number } | null;
}

/**
 * What *evidence* proves.
 *
 * Throws Malformed, in words, at the first thing that does not hold.
 */
export async function verify(evidence: Evidence): Promise<Verdict> {
  const data = entryBytes(evidence.entry);
  const part = readEntry(data);
  const disclosures: Verdict["disclosures"] = {};
  for (const [name, text] of Object.entries(evidence.disclosures)) {
    disclosures[name] = await disclosed(part, name, text);
  }
  const keys = await Promise.all(evidence.keys.map(parseKey));
  const log = parseProof(evidence.proof);
  const key = signerOf(log, keys);
  await checkProof(log, data, key);
  if (part.log !== log.checkpoint.origin || BigInt(part.seq) !== log.index) {
    throw new Malformed("The entry names another place than the one at which it stands.");
  }
  const root = evidence.root && (await checkRoot(log, evidence.root, keys, evidence.witnesses));
  return { part, disclosures, key, log, root };
}

async function checkRoot(
  log: ProofFile,
  evidence: NonNullable<Evidence["root"]>,
  keys: readonly VerifierKey[],
  witnesses: readonly string[],
): Promise<Verdict["root"]> {
  const file = parseProof(evidence.proof);
  if (file.checkpoint.origin !== rootOf(log.checkpoint.origin)) {
    throw new Malformed("The root log is another operator's.");
  }
  const key = signerOf(file, keys);
  await checkProof(file, utf8(log.signed), key);
  // The operator's own signature is no witness's, whatever the list says.
  const named = await Promise.all(witnesses.map(parseKey));
  const trusted = named.filter((each) => each.type === COSIGNATURE);
  const signed = await signaturesBy(file.note, trusted);
  return { file, key, cosignatures: newest(signed), timestamps: evidence.timestamps.length };
}

function rootOf(origin: string): string {
  return `${origin.slice(0, Math.max(0, origin.lastIndexOf("/logs/")))}/root`;
}

/** One cosignature a witness: the last one that it gave. */
function newest(signed: readonly Signed[]): Signed[] {
  const last = new Map<string, Signed>();
  for (const each of signed) {
    const before = last.get(each.key.name);
    if (!before || (before.time ?? 0) <= (each.time ?? 0)) last.set(each.key.name, each);
  }
  return [...last.values()];
}

function signerOf(file: ProofFile, keys: readonly VerifierKey[]): VerifierKey {
  const { origin } = file.checkpoint;
  const signed = file.note.signatures.filter((line) => line.name === origin);
  const key = keys.find(
    (each) =>
      each.type === ED25519 && each.name === origin && signed.some((line) => line.id === each.id),
  );
  if (!key) throw new Malformed("No key that is known signed the checkpoint.");
  return key;
}
