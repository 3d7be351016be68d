/** The one way to the server: same origin, cookie session, CSRF token on what changes something. */

import createClient, { type Middleware } from "openapi-fetch";
import { isAlone, watchForSigns } from "./presence";
import { problem, problemOf } from "./problem";
import type { paths } from "./schema.gen";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

let csrf: string | null = null;

/** Remembers the token of the current session; null forgets it. */
export function rememberCsrf(token: string | null): void {
  csrf = token;
}

const honest: Middleware = {
  onRequest({ request }) {
    if (csrf && !SAFE.has(request.method)) request.headers.set("X-CSRF-Token", csrf);
    if (isAlone(Date.now())) request.headers.set("X-Indelible-Background", "1");
    return request;
  },
  async onResponse({ response }) {
    if (!response.ok) throw await problemOf(response);
  },
  onError() {
    return problem(0);
  },
};

export const client = createClient<paths>({ credentials: "same-origin" });
client.use(honest);
if (typeof window !== "undefined") watchForSigns(window);

/** The body of an answer; the middleware has thrown for everything that is not one. */
export function body<T>(answer: { data?: T; response: Response }): T {
  if (answer.data === undefined) throw problem(answer.response.status);
  return answer.data;
}
