/** Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint, tlog-cosignature). */

import { type Bytes, fromBase64, joined, Malformed, toHex, utf8 } from "./bytes";
import { COSIGNATURE, holds, type VerifierKey } from "./key";

const LINE = /^— (?<name>[^\s+]+) (?<blob>[A-Za-z0-9+/=]+)$/u;
const ID_SIZE = 4;
const TIME_SIZE = 8;
const SIGNATURE_SIZE = 64;

export interface SignatureLine {
  name: string;
  id: string;
  blob: Bytes;
}

export interface Note {
  /** What is signed, its last newline included. */
  text: string;
  signatures: SignatureLine[];
}

export interface Checkpoint {
  origin: string;
  size: bigint;
  root: Bytes;
}

/** A signature that holds; `time` is the cosigner's, in seconds since 1970. */
export interface Signed {
  key: VerifierKey;
  time: number | null;
}

/** Nothing is proved by reading. Throws Malformed. */
export function parseNote(whole: string): Note {
  const split = whole.lastIndexOf("\n\n");
  if (split < 0 || !whole.endsWith("\n")) throw new Malformed("This is no signed note.");
  const signatures = whole
    .slice(split + 2, -1)
    .split("\n")
    .map(signatureLine);
  return { text: whole.slice(0, split + 1), signatures };
}

function signatureLine(line: string): SignatureLine {
  const said = LINE.exec(line)?.groups;
  if (!said?.name || !said.blob) throw new Malformed("A line of the note is no signature.");
  const bytes = fromBase64(said.blob);
  if (bytes.length <= ID_SIZE) throw new Malformed("A signature of the note is too short.");
  return { name: said.name, id: toHex(bytes.slice(0, ID_SIZE)), blob: bytes.slice(ID_SIZE) };
}

/** Throws Malformed for any other than the one spelling. */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin, size, root, ...rest] = text.split("\n");
  if (!origin || !root || !/^(0|[1-9][0-9]{0,18})$/.test(size ?? "") || rest.join("\n") !== "") {
    throw new Malformed("This is no checkpoint.");
  }
  const hash = fromBase64(root);
  if (hash.length !== 32) throw new Malformed("The checkpoint's root is no hash.");
  return { origin, size: BigInt(size ?? 0), root: hash };
}

/**
 * The signatures of *note* by *keys*. Lines of other keys are passed over.
 *
 * Throws Malformed where one that claims to be by one of *keys* does not hold.
 */
export async function signaturesBy(note: Note, keys: readonly VerifierKey[]): Promise<Signed[]> {
  const found: Signed[] = [];
  for (const line of note.signatures) {
    const key = keys.find((each) => each.name === line.name && each.id === line.id);
    if (key) found.push(await checked(note, line, key));
  }
  return found;
}

async function checked(note: Note, line: SignatureLine, key: VerifierKey): Promise<Signed> {
  const timed = key.type === COSIGNATURE;
  const signature = timed ? line.blob.slice(TIME_SIZE) : line.blob;
  const time = timed ? timeOf(line.blob) : null;
  const message = timed ? `cosignature/v1\ntime ${time}\n${note.text}` : note.text;
  const right = signature.length === SIGNATURE_SIZE && (await holds(key, signature, utf8(message)));
  if (!right) throw new Malformed(`The signature by ${key.name} does not hold.`);
  return { key, time: time === null ? null : Number(time) };
}

function timeOf(blob: Bytes): bigint {
  if (blob.length < TIME_SIZE) throw new Malformed("A cosignature of the note is too short.");
  return new DataView(joined(blob).buffer).getBigUint64(0);
}
