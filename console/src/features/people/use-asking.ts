/** The one dialog of a page: what it is about, and where the focus goes when it closes. */

import { type RefObject, useRef, useState } from "react";
import type { Entries } from "@/components/entries";
import { focusRow } from "@/components/table-row";
import { type Made, sayMade } from "./changes";

interface Dialogue<A> {
  asking: A | null;
  ask: (asking: A) => void;
  /** Closes the dialog; the row that it was about has the focus, or the button of the page. */
  close: () => void;
  /** Closes it and says what was done. */
  made: (made: Made) => void;
  /** The button of the page, which begins something new. */
  button: RefObject<HTMLButtonElement | null>;
}

/** `rowOf` is the id of the row that a dialog is about, where it is about one. */
export function useAsking<A>(
  rowOf: (asking: A) => string | undefined,
  onEntries: (entries: Entries) => void,
): Dialogue<A> {
  const [asking, ask] = useState<A | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    const row = asking && rowOf(asking);
    if (row) focusRow(row, "data-action");
    else button.current?.focus();
    ask(null);
  };
  return {
    asking,
    ask,
    close,
    made: (made) => {
      close();
      sayMade(made, onEntries);
    },
    button,
  };
}
