/** The words of the log and how they look: one label and one colour each. */

export const ACTIONS = [
  "create",
  "update",
  "delete",
  "revoke",
  "assign",
  "unassign",
  "sync",
  "export",
] as const;

export type Action = (typeof ACTIONS)[number];

export const STATUSES = ["success", "failure"] as const;

export interface Tone {
  /** Text and background in the light scheme, then in the dark one. */
  light: [text: string, background: string];
  dark: [text: string, background: string];
}

/** Green, blue, red, orange, purple, yellow, indigo, grey; every pair is WCAG AA (tested). */
export const TONES: Record<Action, Tone> = {
  create: { light: ["#12622b", "#dff5e5"], dark: ["#74dd90", "#12311e"] },
  update: { light: ["#174ea6", "#e0ecfd"], dark: ["#8bbcff", "#152a4b"] },
  delete: { light: ["#a8201a", "#fde5e4"], dark: ["#ff9f99", "#461c1c"] },
  revoke: { light: ["#8f3d00", "#ffe9d2"], dark: ["#ffb26b", "#42270f"] },
  assign: { light: ["#74299a", "#f5e6fb"], dark: ["#dfa3f6", "#371c45"] },
  unassign: { light: ["#6b5000", "#fcf0b8"], dark: ["#f0d04a", "#3a3110"] },
  sync: { light: ["#3d33bd", "#e6e7fe"], dark: ["#acb5ff", "#25285b"] },
  export: { light: ["#48505c", "#e9ebef"], dark: ["#c5cbd5", "#2d3138"] },
};

export const UNKNOWN_TONE: Tone = TONES.export;

const TYPE_LABELS: Record<string, string> = {
  edge: "Edge",
  user: "User",
  connector: "Connector",
  wireguard: "WireGuard",
  tenant: "Tenant",
  role: "Role",
  config_template: "Config template",
  peering: "Peering",
  acl: "ACL",
  session: "Session",
};

function sentence(word: string): string {
  const spaced = word.replace(/[_-]+/g, " ");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** "config_template" is "Config template"; a platform's own types are spelled out the same way. */
export function typeLabel(type: string): string {
  return TYPE_LABELS[type] ?? sentence(type);
}

export function actionLabel(action: string): string {
  return sentence(action);
}

export function statusLabel(status: string): string {
  return sentence(status);
}

const ACTOR_LABELS: Record<string, string> = {
  user: "User",
  service: "Service",
  system: "System",
  anonymous: "Anonymous",
};

export function actorLabel(type: string): string {
  return ACTOR_LABELS[type] ?? sentence(type);
}

const REASONS: Record<number, string> = {
  200: "OK",
  201: "Created",
  202: "Accepted",
  204: "No Content",
  207: "Multi-Status",
  301: "Moved Permanently",
  302: "Found",
  303: "See Other",
  304: "Not Modified",
  307: "Temporary Redirect",
  308: "Permanent Redirect",
  400: "Bad Request",
  401: "Unauthorized",
  402: "Payment Required",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  408: "Request Timeout",
  409: "Conflict",
  410: "Gone",
  412: "Precondition Failed",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  423: "Locked",
  428: "Precondition Required",
  429: "Too Many Requests",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
  507: "Insufficient Storage",
};

/** "404 Not Found" (RFC 9110 section 15). */
export function responseText(status: number): string {
  const reason = REASONS[status];
  return reason ? `${status} ${reason}` : String(status);
}
