/** Search parameters as plain text, so that an address can be read and typed. */

export function parseAddress(query: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(query));
}

/** Lists are joined with commas; what is absent or empty leaves no trace. */
export function writeAddress(search: Record<string, unknown>): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(search)) {
    const text = Array.isArray(value) ? value.join(",") : value;
    if (text !== undefined && text !== null && text !== "") query.set(key, String(text));
  }
  // These three are legal in a query and easier on the eye as they are.
  const text = query.toString().replace(/%3A/g, ":").replace(/%2C/g, ",").replace(/%40/g, "@");
  return text && `?${text}`;
}
