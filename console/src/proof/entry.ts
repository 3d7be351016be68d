/** Entry bytes and disclosures: what was hashed, and what is shown of it. */

import { type Bytes, fromBase64, Malformed, textOf, toBase64Url, utf8 } from "./bytes";
import { sha256 } from "./tree";

/** The public part, as far as a page shows it. */
export interface PublicPart {
  log: string;
  seq: number;
  id: string;
  time: string;
  occurred?: string;
  actor: { type: string; id: string };
  assumedBy?: { type: string; id: string };
  session?: string;
  action: string;
  resource: { type: string; id: string };
  status: string;
  request?: { id?: string; method?: string; route?: string; status?: number };
  sd?: Record<string, string>;
}

/** Throws Malformed where the bytes are no entry. */
export function readEntry(bytes: Bytes): PublicPart {
  const part: unknown = JSON.parse(textOf(bytes));
  const fit =
    typeof part === "object" &&
    part !== null &&
    (part as { v?: unknown }).v === 1 &&
    typeof (part as PublicPart).log === "string" &&
    Number.isSafeInteger((part as PublicPart).seq);
  if (!fit) throw new Malformed("The bytes are no entry.");
  return part as PublicPart;
}

/**
 * What a disclosure says, if it is the one that the entry committed to (RFC 9901, section 4.2).
 *
 * Throws Malformed where it is another.
 */
export async function disclosed(
  part: PublicPart,
  name: string,
  text: string,
): Promise<Record<string, unknown>> {
  const encoded = toBase64Url(utf8(text));
  if (toBase64Url(await sha256(utf8(encoded))) !== part.sd?.[name]) {
    throw new Malformed(`The ${name} shown is not what the entry committed to.`);
  }
  const said: unknown = JSON.parse(text);
  if (!Array.isArray(said) || said.length !== 3 || said[1] !== name || !isObject(said[2])) {
    throw new Malformed(`The ${name} shown is no disclosure.`);
  }
  return said[2];
}

export function entryBytes(base64: string): Bytes {
  return fromBase64(base64);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
