/** Routes that the OpenAPI document does not have yet. */

import { client } from "./client";

type Ask = (path: string, init?: object) => Promise<{ data?: unknown; response: Response }>;

export const ahead = client as unknown as Record<"GET" | "POST" | "DELETE", Ask>;
