/** Bytes and their spellings. Decoders take the one spelling that our encoders would write. */

export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export class Malformed extends Error {}

export function utf8(text: string): Bytes {
  return encoder.encode(text) as Bytes;
}

/** Throws Malformed where the bytes are no UTF-8. */
export function textOf(bytes: Bytes): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new Malformed("The bytes are not text.");
  }
}

export function toBase64(bytes: Bytes): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** Throws Malformed for any other spelling than `toBase64` has. */
export function fromBase64(text: string): Bytes {
  let bytes: Bytes;
  try {
    bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)) as Bytes;
  } catch {
    throw new Malformed("The text is not base64.");
  }
  // atob() skips blanks and takes missing padding, so compare spellings.
  if (toBase64(bytes) !== text) throw new Malformed("The text is not canonical base64.");
  return bytes;
}

/** Base64url without padding, as disclosures and their digests are spelled (RFC 9901). */
export function toBase64Url(bytes: Bytes): string {
  return toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export function toHex(bytes: Bytes): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function joined(...parts: Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole as Bytes;
}

export function equal(one: Bytes, other: Bytes): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
