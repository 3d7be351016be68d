/** Downloading what is filtered as an archive. */

import { asProblem, problem, problemOf } from "./problem";

export interface Archive {
  blob: Blob;
  name: string;
}

/** The file name that the server gave, without anything that could be a path. */
export function archiveName(disposition: string | null, otherwise: string): string {
  const name = disposition?.match(/filename="?([^";]+)"?/)?.[1] ?? otherwise;
  return name.replace(/[/\\]/g, "_");
}

/**
 * Fetches the archive of all that passes the filter of a list: "activity" or "sessions".
 *
 * `onBytes` hears how many bytes have arrived. A connection that breaks in the middle is a problem:
 * half an archive is never handed over as a whole one.
 */
export async function fetchArchive(
  list: "activity" | "sessions",
  filter: object,
  onBytes: (received: number) => void,
  signal: AbortSignal,
): Promise<Archive> {
  const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value));
  let response: Response;
  try {
    response = await fetch(`/api/${list}/export?${query}`, { signal, credentials: "same-origin" });
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    throw asProblem(thrown);
  }
  if (!response.ok || !response.body) throw await problemOf(response);
  const parts: BlobPart[] = [];
  const reader = response.body.getReader();
  try {
    for (let received = 0; ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      received += value.length;
      onBytes(received);
    }
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    throw problem(0, { title: "The download broke off", detail: "Nothing was saved. Try again." });
  }
  return {
    blob: new Blob(parts, { type: "application/zip" }),
    name: archiveName(response.headers.get("content-disposition"), `${list}.zip`),
  };
}
