/** What to show of the log after a change: its entries, opened. */

export interface Entries {
  /** The user or tenant that they are about; absent where they are about different things. */
  resource?: string;
  /** The entries to open. */
  open?: string[];
}

/** At most as many as a person reads, the latest ones. */
const MOST = 5;

/** The entries of a change, among all that is known about `resource`. */
export function entriesOf(receipts: readonly { id: string }[], resource?: string): Entries {
  const open = receipts.slice(-MOST).map(({ id }) => id);
  return { ...(resource ? { resource } : {}), open };
}
