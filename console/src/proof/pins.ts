/** Keys pinned on first use: the first key that signed a log here is the one expected from then on. */

import { toBase64 } from "./bytes";
import type { VerifierKey } from "./key";

const PLACE = "indelible.pins";

export interface Pin {
  publicKey: string;
  since: string;
}

/** `new`: nobody was known, now this one is. `known`: the one expected. `changed`: another one. */
export type Acquaintance = "new" | "known" | "changed";

type Pins = Record<string, Pin>;

/** What of a browser's storage is used here. */
export type Store = Pick<Storage, "getItem" | "setItem">;

export function pinnedFor(store: Store, origin: string): Pin | undefined {
  return read(store)[origin];
}

/** Says whether *key* is expected for its log; remembers it where none was. */
export function meet(store: Store, key: VerifierKey, now: Date): Acquaintance {
  const before = pinnedFor(store, key.name);
  if (before) return before.publicKey === toBase64(key.publicKey) ? "known" : "changed";
  pin(store, key, now);
  return "new";
}

/** Expects *key* from now on: a person compared the fingerprint. */
export function pin(store: Store, key: VerifierKey, now: Date): void {
  const pins = { ...read(store) };
  pins[key.name] = { publicKey: toBase64(key.publicKey), since: now.toISOString() };
  store.setItem(PLACE, JSON.stringify(pins));
}

function read(store: Store): Pins {
  try {
    const pins: unknown = JSON.parse(store.getItem(PLACE) ?? "{}");
    return typeof pins === "object" && pins !== null ? (pins as Pins) : {};
  } catch {
    return {};
  }
}
