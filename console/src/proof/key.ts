/** Verifier keys of signed notes (C2SP signed-note): `<name>+<key id, hex>+<base64 of type and key>`. */

import { type Bytes, fromBase64, joined, Malformed, toHex, utf8 } from "./bytes";
import { sha256 } from "./tree";

export const ED25519 = 1;
export const COSIGNATURE = 4;

export interface VerifierKey {
  name: string;
  type: number;
  /** Four bytes in hex by which a signature line names the key; they prove nothing. */
  id: string;
  publicKey: Bytes;
  text: string;
}

/** Throws Malformed where the text is no key of a kind that is known here. */
export async function parseKey(text: string): Promise<VerifierKey> {
  const [name = "", id = "", ...rest] = text.split("+");
  const typed = fromBase64(rest.join("+"));
  const type = typed[0] ?? 0;
  const publicKey = typed.slice(1);
  const known = type === ED25519 || type === COSIGNATURE;
  if (!name || !known || publicKey.length !== 32) throw new Malformed("This is no verifier key.");
  const hashed = await sha256(joined(utf8(`${name}\n`), typed));
  if (toHex(hashed.slice(0, 4)) !== id) throw new Malformed("The key's id is not its own.");
  return { name, type, id, publicKey, text };
}

/** What people compare: the SHA-256 of the 32 bytes, in groups of four digits. */
export async function fingerprint(key: VerifierKey): Promise<string> {
  return toHex(await sha256(key.publicKey)).replace(/(.{4})(?!$)/g, "$1 ");
}

export async function holds(key: VerifierKey, signature: Bytes, message: Bytes): Promise<boolean> {
  const imported = await crypto.subtle.importKey("raw", key.publicKey, "Ed25519", false, [
    "verify",
  ]);
  return crypto.subtle.verify("Ed25519", imported, signature, message);
}
