/** Codes of a second factor, as people type and paste them. */

export const CODE_DIGITS = 6;

/** The digits of a code from an app, which may show it as "123 456". */
export function codeDigits(typed: string): string {
  return typed.replace(/\D/g, "").slice(0, CODE_DIGITS);
}

export function isWholeCode(code: string): boolean {
  return code.length === CODE_DIGITS;
}

/** A recovery code as it was handed out: "abcde-12345", however it was typed. */
export function recoveryCode(typed: string): string {
  const letters = typed.toLowerCase().replace(/[^a-z0-9]/g, "");
  return letters.length === 10 ? `${letters.slice(0, 5)}-${letters.slice(5)}` : letters;
}
