/** When a question is asked again by itself, and what is said meanwhile. */

import { asProblem, type Problem } from "@/api/problem";

/** So often a busy server is asked again; then a person decides. */
export const MOST_AGAIN = 3;

/** Nobody waits for longer before a page that says nothing new. */
const LONGEST_SECONDS = 30;

const PAUSE_MS = 700;

/** What is refused stays refused; what never arrived is asked once more, a busy server some times. */
export function asksAgain(failures: number, problem: Problem): boolean {
  if (problem.busy) return failures < MOST_AGAIN && (problem.retryAfter ?? 0) <= LONGEST_SECONDS;
  return failures < 1 && problem.passing;
}

/** Milliseconds until then: as long as a busy server wants, and not all pages at once. */
export function pauseOf(problem: Problem): number {
  if (!problem.busy || !problem.retryAfter) return PAUSE_MS;
  return problem.retryAfter * 1000 * (1 + Math.random() / 2);
}

/** What is known of a query while it goes on. */
interface Going {
  fetchStatus: string;
  fetchFailureCount: number;
  fetchFailureReason: unknown;
}

/** How often a busy server has sent the most patient of these away; 0 when none waits for one. */
export function turnedAway(queries: readonly Going[]): number {
  const waiting = queries.filter(
    ({ fetchStatus, fetchFailureReason }) =>
      fetchStatus !== "idle" && fetchFailureReason && asProblem(fetchFailureReason).busy,
  );
  return Math.max(0, ...waiting.map(({ fetchFailureCount }) => fetchFailureCount));
}
