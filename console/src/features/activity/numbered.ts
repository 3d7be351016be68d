/** Pages by their number, and how their rows are found again when the log has grown. */

import type { Place } from "@/api/activity";
import { PAGE_SIZE } from "@/api/page";
import type { Page } from "@/api/types";
import type { PageNumber } from "@/components/pages";

/** A rank that no log reaches. */
const BEYOND = 1e14;

/** Asks for rows of one filter. */
export type Ask = (place: Place) => Promise<Page>;

/** The page of this number as the log is now; beyond the end, the last one. */
export async function numbered(number: PageNumber, ask: Ask): Promise<Page> {
  const position = number === "last" ? BEYOND : (number - 1) * PAGE_SIZE;
  const page = await ask({ position });
  const rest = page.total % PAGE_SIZE;
  if (page.position >= position || page.total < PAGE_SIZE || rest === 0) return page;
  // The end answers with a whole page of rows; here the last page has only what the others leave.
  return ask({ position: page.total - rest, limit: rest });
}

/**
 * A cursor that begins at the first row of `page`, which so stays the first under a reader's eyes.
 *
 * It is the one behind the row before. The first page has none: it begins at the newest row.
 */
export async function anchorOf(page: Page, ask: Ask): Promise<string | undefined> {
  if (page.previous === null) return undefined;
  const before = await ask({ cursor: page.previous, limit: 1 });
  return before.next ?? undefined;
}
