/** Doing what the server does only for somebody who has just shown who they are. */

/**
 * Tries, and where that is what it needs, asks for a proof and tries once more.
 *
 * @param needed whether this refusal goes away with a proof
 * @param prove asks the person; false where they would rather not
 * @throws the refusal itself when there is no proof, or whatever the second try meets
 */
export async function withProof<T>(
  act: () => Promise<T>,
  needed: (thrown: unknown) => boolean,
  prove: () => Promise<boolean>,
): Promise<T> {
  try {
    return await act();
  } catch (thrown) {
    if (!needed(thrown) || !(await prove())) throw thrown;
  }
  return act();
}
