/** Reading the log: pages, one entry, counts over time, and the words to filter by. */

import { body, client } from "./client";
import { PAGE_SIZE } from "./page";
import type { Entry, Filter, Histogram, Page, Vocabulary } from "./types";

/** Which rows: from a cursor, or from a rank, from 0; without both the newest. */
export interface Place {
  cursor?: string;
  position?: number;
  limit?: number;
}

/** One page, newest first. */
export async function fetchPage(filter: Filter, place: Place, signal: AbortSignal): Promise<Page> {
  const query = { ...filter, limit: PAGE_SIZE, ...place };
  return body(await client.GET("/api/activity", { params: { query }, signal }));
}

/** One entry with its details; an entry never changes. */
export async function fetchEntry(id: string, signal: AbortSignal): Promise<Entry> {
  return body(await client.GET("/api/activity/{id}", { params: { path: { id } }, signal }));
}

/** Counts over the filter's time range, in at most *buckets* intervals. */
export async function fetchHistogram(
  filter: Filter,
  buckets: number,
  signal: AbortSignal,
): Promise<Histogram> {
  const query = { ...filter, buckets };
  return body(await client.GET("/api/activity/histogram", { params: { query }, signal }));
}

/** Actions, statuses and resource types that entries in sight have. */
export async function fetchVocabulary(signal: AbortSignal): Promise<Vocabulary> {
  return body(await client.GET("/api/activity/vocabulary", { signal }));
}
