/** Proof files (C2SP tlog-proof): an index, an inclusion proof and a signed checkpoint. */

import { type Bytes, equal, fromBase64, Malformed } from "./bytes";
import type { VerifierKey } from "./key";
import { type Checkpoint, type Note, parseCheckpoint, parseNote, signaturesBy } from "./note";
import { leafHash, rootOf } from "./tree";

const HEADER = "c2sp.org/tlog-proof@v1";

export interface ProofFile {
  index: bigint;
  hashes: Bytes[];
  /** The signed checkpoint as it stands in the file. */
  signed: string;
  note: Note;
  checkpoint: Checkpoint;
}

/** Nothing is proved by reading. Throws Malformed. */
export function parseProof(text: string): ProofFile {
  const split = text.indexOf("\n\n");
  const [header, place = "", ...hashes] = text.slice(0, Math.max(split, 0)).split("\n");
  const index = /^index (0|[1-9][0-9]{0,18})$/.exec(place)?.[1];
  if (split < 0 || header !== HEADER || index === undefined) {
    throw new Malformed("This is no proof file.");
  }
  const signed = text.slice(split + 2);
  const note = parseNote(signed);
  return {
    index: BigInt(index),
    hashes: hashes.map(fromBase64),
    signed,
    note,
    checkpoint: parseCheckpoint(note.text),
  };
}

/**
 * Accepts only if *data* is the entry at the proof's index of the log that *key* signs.
 *
 * Throws Malformed, in words, where it is not.
 */
export async function checkProof(file: ProofFile, data: Bytes, key: VerifierKey): Promise<void> {
  if (file.checkpoint.origin !== key.name) {
    throw new Malformed("The checkpoint is of another log than the key.");
  }
  const signatures = await signaturesBy(file.note, [key]);
  if (signatures.length === 0) throw new Malformed("The log's key did not sign the checkpoint.");
  const root = await rootOf(await leafHash(data), file.index, file.checkpoint.size, file.hashes);
  if (!equal(root, file.checkpoint.root)) {
    throw new Malformed("The entry is not in the tree that the log signed.");
  }
}
