/** What an entry says it changed. */

export interface Change {
  field: string;
  before: unknown;
  after: unknown;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `{field: {before, after}}` as a list; what does not look so is shown as what it became. */
export function changesOf(changes: unknown): Change[] {
  if (!isObject(changes)) return [];
  return Object.entries(changes).map(([field, value]) =>
    isObject(value) && ("before" in value || "after" in value)
      ? { field, before: value.before, after: value.after }
      : { field, before: undefined, after: value },
  );
}
