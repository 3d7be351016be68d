import { beforeAll, describe, expect, test } from "vitest";
import { type Bytes, equal, fromBase64, joined, toBase64, toBase64Url, toHex, utf8 } from "./bytes";
import { type Evidence, verify } from "./evidence";
import { COSIGNATURE, ED25519 } from "./key";
import { meet, pin, type Store } from "./pins";
import { differences, type Shown } from "./shown";
import { leafHash, nodeHash, sha256 } from "./tree";

const LOG = "audit.test/logs/platform";
const ROOT = "audit.test/root";
const COSIGNED_AT = 1_750_000_000;

interface Signer {
  text: string;
  line: (text: string) => Promise<string>;
}

async function signer(name: string, type = ED25519): Promise<Signer> {
  const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
  if (!("privateKey" in pair)) throw new Error("no key pair");
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)) as Bytes;
  const typed = joined(Uint8Array.of(type) as Bytes, raw);
  const id = (await sha256(joined(utf8(`${name}\n`), typed))).slice(0, 4);
  const time = new Uint8Array(8) as Bytes;
  new DataView(time.buffer).setBigUint64(0, BigInt(COSIGNED_AT));
  return {
    text: `${name}+${toHex(id)}+${toBase64(typed)}`,
    async line(text) {
      const timed = type === COSIGNATURE;
      const message = utf8(timed ? `cosignature/v1\ntime ${COSIGNED_AT}\n${text}` : text);
      const made = await crypto.subtle.sign("Ed25519", pair.privateKey, message);
      const signature = new Uint8Array(made) as Bytes;
      const blob = timed ? joined(id, time, signature) : joined(id, signature);
      return `— ${name} ${toBase64(blob)}\n`;
    },
  };
}

/** A log of two leaves, of which *data* is the first. */
async function placed(origin: string, data: Bytes, signers: readonly Signer[]): Promise<string> {
  const sibling = await leafHash(utf8("another"));
  const root = await nodeHash(await leafHash(data), sibling);
  const text = `${origin}\n2\n${toBase64(root)}\n`;
  const lines = await Promise.all(signers.map((each) => each.line(text)));
  const note = `${text}\n${lines.join("")}`;
  return `c2sp.org/tlog-proof@v1\nindex 0\n${toBase64(sibling)}\n\n${note}`;
}

const PERSON = JSON.stringify(["salt", "person", { email: "anna@acme.test", name: "Anna" }]);

async function evidenceOf(log: Signer, root: Signer, witness: Signer): Promise<Evidence> {
  const digest = toBase64Url(await sha256(utf8(toBase64Url(utf8(PERSON)))));
  const entry = utf8(
    JSON.stringify({
      action: "update",
      actor: { id: "u-1", type: "user" },
      id: "0198-1",
      log: LOG,
      resource: { id: "e-1", type: "edge" },
      sd: { person: digest },
      seq: 0,
      status: "success",
      time: "2026-11-23T10:00:00.000001Z",
      v: 1,
    }),
  );
  const proof = await placed(LOG, entry, [log]);
  const signed = proof.slice(proof.indexOf("\n\n") + 2);
  return {
    entry: toBase64(entry),
    disclosures: { person: PERSON },
    proof,
    root: { proof: await placed(ROOT, utf8(signed), [root, witness]), timestamps: [] },
    keys: [log.text, root.text],
    witnesses: [witness.text],
  };
}

const SHOWN: Shown = {
  id: "0198-1",
  log: LOG,
  seq: 0,
  time: "2026-11-23T10:00:00.000001Z",
  action: "update",
  status: "success",
  actor: { id: "u-1", email: "anna@acme.test", name: "Anna" },
  resource: { type: "edge", id: "e-1", name: null },
};

let evidence: Evidence;
let stranger: Signer;

beforeAll(async () => {
  const signers = [
    await signer(LOG),
    await signer(ROOT),
    await signer("witness.test/w1", COSIGNATURE),
  ];
  evidence = await evidenceOf(...(signers as [Signer, Signer, Signer]));
  stranger = await signer(LOG);
});

/** *text* with one character of it replaced by another of base64's. */
function spoilt(text: string, at: number): string {
  const letter = text[at] === "A" ? "B" : "A";
  return text.slice(0, at) + letter + text.slice(at + 1);
}

describe("evidence", () => {
  test("leads from the entry to the witnesses", async () => {
    const verdict = await verify(evidence);
    expect(verdict.log.checkpoint.size).toBe(2n);
    expect(verdict.root?.cosignatures.map((each) => [each.key.name, each.time])).toEqual([
      ["witness.test/w1", COSIGNED_AT],
    ]);
    expect(differences(SHOWN, verdict)).toEqual([]);
  });

  test("proves the entry in its log before the root log has it", async () => {
    expect((await verify({ ...evidence, root: null })).root).toBeNull();
  });

  test("is refused wherever one character is changed", async () => {
    const refused = (changed: Partial<Evidence>) =>
      expect(verify({ ...evidence, ...changed })).rejects.toThrow();
    for (let at = 0; at < evidence.proof.length; at += 7) {
      const proof = spoilt(evidence.proof, at);
      // The name in front of a signature that nobody is asked for says nothing.
      if (proof !== evidence.proof) await refused({ proof });
    }
    for (let at = 0; at < evidence.entry.length; at += 11) {
      await refused({ entry: spoilt(evidence.entry, at) });
    }
    await refused({ disclosures: { person: PERSON.replace("Anna", "Bert") } });
    await refused({ disclosures: { client: PERSON } });
  });

  test("is refused with another log's key, and with one that did not sign", async () => {
    const [, root = ""] = evidence.keys;
    await expect(verify({ ...evidence, keys: [root] })).rejects.toThrow();
    await expect(verify({ ...evidence, keys: [stranger.text, root] })).rejects.toThrow();
  });

  test("is refused where the root log is somebody else's", async () => {
    const [log = ""] = evidence.keys;
    const foreign = await signer("evil.test/root");
    const signed = evidence.proof.slice(evidence.proof.indexOf("\n\n") + 2);
    const proof = await placed("evil.test/root", utf8(signed), [foreign]);
    const root = { proof, timestamps: [] };
    await expect(verify({ ...evidence, root, keys: [log, foreign.text] })).rejects.toThrow(
      "another operator's",
    );
  });

  test("counts the operator's own signature as no witness's", async () => {
    const [, root = ""] = evidence.keys;
    expect((await verify({ ...evidence, witnesses: [root] })).root?.cosignatures).toEqual([]);
  });

  test("counts no witness that is not known", async () => {
    expect((await verify({ ...evidence, witnesses: [] })).root?.cosignatures).toEqual([]);
  });
});

describe("what is shown", () => {
  test("is compared with what was proved", async () => {
    const verdict = await verify(evidence);
    const lie: Shown = { ...SHOWN, status: "failure", actor: { ...SHOWN.actor, name: "Bert" } };
    expect(differences(lie, verdict)).toEqual(["status", "user's name"]);
    expect(differences({ ...SHOWN, payload: { a: 1 } }, verdict)).toEqual(["details"]);
  });
});

describe("keys", () => {
  test("are pinned on first use, and a change is told", async () => {
    const kept = new Map<string, string>();
    const store: Store = {
      getItem: (name) => kept.get(name) ?? null,
      setItem: (name, value) => void kept.set(name, value),
    };
    const { key } = await verify(evidence);
    const other = { ...key, publicKey: fromBase64(toBase64(new Uint8Array(32) as Bytes)) };
    const now = new Date("2026-11-23T10:00:00Z");
    expect(equal(key.publicKey, other.publicKey)).toBe(false);
    expect([meet(store, key, now), meet(store, key, now)]).toEqual(["new", "known"]);
    expect(meet(store, other, now)).toBe("changed");
    pin(store, other, now);
    expect(meet(store, other, now)).toBe("known");
  });
});
