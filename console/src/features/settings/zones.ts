/** Every zone that the browser knows, UTC first; one that it does not know stays choosable. */
export function zones(chosen: string): string[] {
  const known = Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC");
  return [...new Set(["UTC", chosen, ...known])];
}
