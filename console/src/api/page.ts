/** How many rows a page has. */
export const PAGE_SIZE = 20;
