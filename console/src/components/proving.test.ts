import { expect, test } from "vitest";
import { withProof } from "./proving";

const STALE = new Error("step-up-required");
const needed = (thrown: unknown) => thrown === STALE;
const never = () => Promise.reject(new Error("nobody was to be asked"));

/** Something that fails in these ways, one after the other, and then works. */
function failing(...ways: Error[]) {
  const tries = { count: 0 };
  const act = async () => {
    const way = ways[tries.count++];
    if (way) throw way;
    return "done";
  };
  return { act, tries };
}

test("nobody is asked for a proof that is not needed", async () => {
  expect(await withProof(failing().act, needed, never)).toBe("done");
  const refused = new Error("conflict");
  await expect(withProof(failing(refused).act, needed, never)).rejects.toBe(refused);
});

test("after the proof it is done once more", async () => {
  const { act, tries } = failing(STALE);
  expect(await withProof(act, needed, async () => true)).toBe("done");
  expect(tries.count).toBe(2);
});

test("without a proof the refusal stands, and nothing is repeated", async () => {
  const { act, tries } = failing(STALE);
  await expect(withProof(act, needed, async () => false)).rejects.toBe(STALE);
  expect(tries.count).toBe(1);
});

test("what the second try meets is the answer", async () => {
  const conflict = new Error("conflict");
  const { act, tries } = failing(STALE, conflict);
  await expect(withProof(act, needed, async () => true)).rejects.toBe(conflict);
  expect(tries.count).toBe(2);
});
