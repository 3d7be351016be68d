/** For fields that are searched by typing over what stands in them. */

import type { MouseEvent } from "react";

/** A press marks all of it, as the Tab key does: what is typed then does not stand behind it. */
export function selectText({ currentTarget: field }: MouseEvent<HTMLInputElement>): void {
  if (field.selectionStart === field.selectionEnd) field.select();
}
