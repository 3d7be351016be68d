/** What went wrong, in words for a person (RFC 9457 problem documents). */

interface Said {
  type?: string;
  title?: string;
  detail?: string;
  field?: string;
  retryAfter?: number;
}

export class Problem extends Error {
  override readonly name = "Problem";

  constructor(
    /** The HTTP status; 0 when no answer came. */
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly field?: string,
    /** Seconds to wait before the next try. */
    readonly retryAfter?: number,
    /** Which kind it is, as the server names it: "step-up-required". */
    readonly kind?: string,
  ) {
    super(detail || title);
  }

  /** The session ended or never was; a wrong password says nothing about the session. */
  get signedOut(): boolean {
    return this.status === 401 && !this.codeRequired && this.kind !== "wrong-credentials";
  }

  /** The password was right, and a code of the second factor is needed as well. */
  get codeRequired(): boolean {
    return this.status === 401 && this.kind === "second-factor-required";
  }

  /** This account has to set up a second factor before anything else. */
  get enrolmentRequired(): boolean {
    return this.status === 403 && this.kind === "enrolment-required";
  }

  /** The session was ended by somebody else, not by time. */
  get revoked(): boolean {
    return this.status === 401 && this.kind === "session-revoked";
  }

  /** A fresh password or code is asked for before this. */
  get stepUpRequired(): boolean {
    return this.status === 403 && this.kind === "step-up-required";
  }

  /** The server has too much to do just now, and says when to come again. */
  get busy(): boolean {
    const refused = this.status === 429 || this.status === 503;
    // What took too long once would take as long again, of a server that has no time.
    return refused && this.retryAfter !== undefined && this.kind !== "timed-out";
  }

  /** Asking again may help: no answer, too busy, or the server's own trouble. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

const WORDS: Record<number, [title: string, detail: string]> = {
  0: ["The server can't be reached", "Check your connection; the log itself is not affected."],
  401: ["Your session has ended", "Sign in again to go on."],
  403: ["You may not see this", "Your role does not include the audit log."],
  404: ["Not found", "It does not exist, or it is not yours to see."],
  422: ["The server does not accept this filter", "Change or clear the filter."],
  429: ["Too many requests", "Wait a moment and try again."],
  503: ["The server is busy or starting", "Try again in a moment."],
};
/** What the server says for programs, in words for a person. */
const TITLES: Record<string, string> = {
  overloaded: "The server is busy",
  crowding: "The server is busy with other requests of yours",
};
const KIND = "urn:indelible:problem:";
const TROUBLE = ["The server had a problem", "Try again in a moment."] as const;

export function problem(status: number, said: Said = {}): Problem {
  const [title, detail] = WORDS[status] ?? TROUBLE;
  const kind = said.type?.startsWith(KIND) ? said.type.slice(KIND.length) : undefined;
  return new Problem(
    status,
    (kind && TITLES[kind]) || said.title || title,
    said.detail || (said.title ? "" : detail),
    said.field,
    said.retryAfter,
    kind,
  );
}

/** Reads the problem document of a refused request; a proxy's HTML page gets our own words. */
export async function problemOf(response: Response): Promise<Problem> {
  let said: Said = {};
  if (response.headers.get("content-type")?.includes("json")) {
    said = (await response.json().catch(() => ({}))) as Said;
  }
  const wait = Number(response.headers.get("retry-after"));
  if (!said.retryAfter && wait > 0) said = { ...said, retryAfter: wait };
  return problem(response.status, said);
}

/** Whatever was thrown, as a problem: what is not one already is a request without an answer. */
export function asProblem(thrown: unknown): Problem {
  return thrown instanceof Problem ? thrown : problem(0);
}
