/** How long a new password is, and has to be. The server decides; this only saves a way there. */

function lengthOf(password: string): number {
  return [...password].length;
}

export function isTooShort(password: string, least: number): boolean {
  return lengthOf(password) < least;
}

/** What stands below the field: the rule, and while typing how far it is. */
export function lengthWords(password: string, least: number): string {
  const typed = lengthOf(password);
  if (typed === 0) return `At least ${least} characters. A few words of your own are good.`;
  if (typed < least) return `At least ${least} characters; ${least - typed} to go.`;
  return "Long enough.";
}

export function tooShortWords(least: number): string {
  return `A password has at least ${least} characters.`;
}
