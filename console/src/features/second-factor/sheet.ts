/** Recovery codes as a text to keep. */

/** A file of its own, with what one needs to know years later. */
export function sheetOf(
  codes: readonly string[],
  email: string,
  place: string,
  day: string,
): string {
  return [
    `Indelible recovery codes, ${place}`,
    `Account: ${email}`,
    `Made: ${day}. Codes made before are worth nothing.`,
    "Each code signs in once in place of the authenticator app.",
    "",
    ...codes,
    "",
  ].join("\n");
}
