/** Untrusted search parameters: what makes no sense reads as absent. */

export const LONGEST = 200;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const MOST_OPEN = 20;

export function text(value: unknown, longest = LONGEST): string | undefined {
  if (typeof value !== "string") return undefined;
  return value.trim().slice(0, longest) || undefined;
}

export function oneOf<Word extends string>(
  value: unknown,
  words: readonly Word[],
): Word | undefined {
  return words.find((word) => word === value);
}

export function uuid(value: unknown): string | undefined {
  return typeof value === "string" && UUID.test(value) ? value : undefined;
}

/** Ids of open rows, joined with commas or as a list; each once. */
export function ids(value: unknown): string[] | undefined {
  const named = text(value, MOST_OPEN * 40)?.split(",") ?? (Array.isArray(value) ? value : []);
  const sane = named.filter((id): id is string => typeof id === "string" && /^[\w-]+$/.test(id));
  return sane.length ? [...new Set(sane)].slice(0, MOST_OPEN) : undefined;
}

/** Opens a closed row, closes an open one. */
export function toggled(open: readonly string[] = [], id: string): string[] | undefined {
  const next = open.includes(id) ? open.filter((other) => other !== id) : [...open, id];
  return next.length ? next : undefined;
}

/** Leaves out what is undefined: an absent key and an undefined one are one spelling. */
export function present<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, held]) => held !== undefined)) as T;
}
