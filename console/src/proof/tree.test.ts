import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Bytes, equal, toHex, utf8 } from "./bytes";
import { leafHash, rootOf, sha256 } from "./tree";

// Other people's probes, right and tampered; they lie beside the project where it is developed.
const VECTORS = new URL("../../../../shared/vectors/merkle/inclusion/", import.meta.url);

interface Probe {
  leafIdx: number;
  treeSize: number;
  root: string;
  leafHash: string;
  proof: string[] | null;
  wantErr: boolean;
}

const bytes = (text: string) => new Uint8Array(Buffer.from(text, "base64")) as Bytes;

async function accepts(probe: Probe): Promise<boolean> {
  try {
    const proof = (probe.proof ?? []).map(bytes);
    const leaf = bytes(probe.leafHash);
    const root = await rootOf(leaf, BigInt(probe.leafIdx), BigInt(probe.treeSize), proof);
    return equal(root, bytes(probe.root));
  } catch {
    return false;
  }
}

describe("the Merkle tree of RFC 6962", () => {
  test("has the hashes of the specification", async () => {
    expect(toHex(await sha256(utf8("")))).toBe(
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    );
    expect(toHex(await leafHash(utf8("")))).toBe(
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    );
  });

  test.skipIf(!existsSync(VECTORS))("judges other people's probes as they do", async () => {
    const names = readdirSync(VECTORS, { recursive: true }).map(String);
    const probes = names.filter((name) => name.endsWith(".json"));
    expect(probes.length).toBeGreaterThan(50);
    for (const name of probes) {
      const probe: Probe = JSON.parse(readFileSync(new URL(name, VECTORS), "utf8"));
      expect([name, await accepts(probe)]).toEqual([name, !probe.wantErr]);
    }
  });
});
