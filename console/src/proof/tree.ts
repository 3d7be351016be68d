/** The Merkle tree of RFC 6962, section 2.1: hashes, and whether an inclusion proof holds. */

import { type Bytes, joined, Malformed } from "./bytes";

const LEAF = Uint8Array.of(0) as Bytes;
const NODE = Uint8Array.of(1) as Bytes;
const HASH_SIZE = 32;

export async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

export function leafHash(data: Bytes): Promise<Bytes> {
  return sha256(joined(LEAF, data));
}

export function nodeHash(left: Bytes, right: Bytes): Promise<Bytes> {
  return sha256(joined(NODE, left, right));
}

function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}

function ones(value: bigint): number {
  return value.toString(2).replaceAll("0", "").length;
}

/**
 * The root that follows from a leaf and its inclusion proof.
 *
 * Throws Malformed where no tree of *size* has a proof of this length for *index*.
 */
export async function rootOf(
  leaf: Bytes,
  index: bigint,
  size: bigint,
  proof: readonly Bytes[],
): Promise<Bytes> {
  if (index < 0n || index >= size) throw new Malformed("The log has no such entry.");
  const inner = bitLength(index ^ (size - 1n));
  const border = ones(index >> BigInt(inner));
  if (
    proof.length !== inner + border ||
    [leaf, ...proof].some(({ length }) => length !== HASH_SIZE)
  ) {
    throw new Malformed("The proof has not the length that it must have.");
  }
  let hash = leaf;
  for (const [level, sibling] of proof.entries()) {
    const onTheRight = level >= inner || ((index >> BigInt(level)) & 1n) === 1n;
    hash = await (onTheRight ? nodeHash(sibling, hash) : nodeHash(hash, sibling));
  }
  return hash;
}
