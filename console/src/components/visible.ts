/**
 * Text from the log, with what nobody would see spelled out: who chose a name may have chosen one
 * that looks like another. The command line spells it the same way.
 */

// Controls but tab and line feed; soft hyphen; what turns the order of letters around; what takes
// no room. Joiners stay: scripts and emoji are made with them.
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

// Blank by themselves, and letters in the eyes of Unicode.
const BLANK = /^[\s\u115f\u1160\u200c-\u200f\u2800\u3164\uffa0]+$/u;

function spelled(found: string): string {
  return `\\u${(found.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`;
}

/** The text as it is where all of it can be seen; a blank one stands in quotation marks. */
export function visible(text: string): string {
  if (BLANK.test(text)) return `“${text}”`;
  return text.replace(UNSEEN, spelled);
}
