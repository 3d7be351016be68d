/**
 * The HTTP API as the console uses it, in the shape that openapi-typescript writes.
 *
 * Stands in for schema.gen.ts until the server's OpenAPI document is in the repository.
 */

type Json<T> = { headers: Record<string, unknown>; content: { "application/json": T } };
type Failure = {
  headers: Record<string, unknown>;
  content: { "application/problem+json": components["schemas"]["Problem"] };
};
type Operation<T, Extra> = Extra & { responses: { 200: Json<T>; default: Failure } };
type NoBody = { requestBody?: never };
type Query<Q> = {
  parameters: { query?: Q; header?: never; path?: never; cookie?: never };
} & NoBody;
type Path<P> = { parameters: { query?: never; header?: never; path: P; cookie?: never } } & NoBody;
type Body<B> = {
  parameters: { query?: never; header?: never; path?: never; cookie?: never };
  requestBody: { content: { "application/json": B } };
};
type Nothing = Query<never>;

type S = components["schemas"];

export interface paths {
  "/api/auth/session": { get: Operation<S["SessionBody"], Nothing> };
  "/api/auth/sign-in": { post: Operation<S["SessionBody"], Body<S["SignIn"]>> };
  "/api/auth/sign-out": {
    post: Nothing & { responses: { 204: { headers: Record<string, unknown> }; default: Failure } };
  };
  "/api/settings": {
    get: Operation<S["Settings"], Nothing>;
    put: Operation<S["Settings"], Body<S["Settings"]>>;
  };
  "/api/tenants": { get: Operation<{ items: S["Tenant"][] }, Nothing> };
  "/api/activity": {
    get: Operation<S["Page"], Query<S["Filter"] & { limit?: number; cursor?: string }>>;
  };
  "/api/activity/histogram": {
    get: Operation<S["Histogram"], Query<S["Filter"] & { buckets?: number }>>;
  };
  "/api/activity/vocabulary": { get: Operation<S["Vocabulary"], Nothing> };
  "/api/activity/{id}": { get: Operation<S["Entry"], Path<{ id: string }>> };
}

export interface components {
  schemas: {
    Problem: {
      type: string;
      title: string;
      status: number;
      detail?: string;
      field?: string;
      item?: number;
      retryAfter?: number;
    };
    Tenant: { id: string; name: string };
    Settings: { dateFormat: string; timeZone: string };
    SignIn: { email: string; password: string };
    SessionBody: {
      user: {
        id: string;
        email: string;
        name: string | null;
        role: "super_admin" | "admin" | "viewer";
        tenant: S["Tenant"] | null;
      };
      session: { id: string; createdAt: string; expiresAt: string; idleExpiresAt: string };
      csrf: string;
      permissions: string[];
      settings: S["Settings"];
    };
    Filter: {
      search?: string;
      tenant?: string;
      resource_type?: string;
      action?: string;
      status?: string;
      from?: string;
      to?: string;
      user?: string;
      session?: string;
      resource?: string;
      address?: string;
    };
    Actor: {
      id: string;
      type: "user" | "service" | "system" | "anonymous";
      email?: string | null;
      name?: string | null;
    };
    Row: {
      id: string;
      log: string;
      seq: number;
      tenant: string | null;
      time: string;
      action: string;
      status: "success" | "failure";
      actor: S["Actor"];
      assumedBy?: S["Actor"] | null;
      session?: string | null;
      resource: { type: string; id: string; name?: string | null };
      client?: { ip?: string | null; userAgent?: string | null } | null;
      request?: {
        id?: string | null;
        method?: string | null;
        route?: string | null;
        path?: string | null;
        status?: number | null;
      } | null;
      occurred?: string | null;
      erased?: string[];
    };
    Entry: S["Row"] & {
      payload?: unknown;
      changes?: unknown;
      leafHash: string;
      bytes: string;
    };
    Page: {
      items: S["Row"][];
      next: string | null;
      previous: string | null;
      total: number;
      position: number;
    };
    Bucket: { start: string; success: number; failure: number };
    Histogram: { bucketSeconds: number; buckets: S["Bucket"][] };
    Vocabulary: { actions: string[]; statuses: string[]; resourceTypes: string[] };
  };
}
