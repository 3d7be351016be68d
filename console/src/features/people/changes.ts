/** What a page is told when a change was made, and what it does about it. */

import { sayDone } from "@/components/done";
import { type Entries, entriesOf } from "@/components/entries";

/** A change that was made. */
export interface Made {
  title: string;
  message: string;
  receipts: readonly { id: string }[];
  /** The user or tenant that its entries are about; absent where they are about a role or sessions. */
  resource?: string;
}

/** Says so, with the way to the entries. */
export function sayMade(made: Made, onEntries: (entries: Entries) => void): void {
  const { title, message, receipts, resource } = made;
  const onEntry = receipts.length ? () => onEntries(entriesOf(receipts, resource)) : undefined;
  sayDone({ title, message, onEntry });
}
