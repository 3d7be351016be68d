/** The platform's date format and time zone. */

import { body, client } from "./client";
import type { NewSettings, Settings } from "./types";

export async function fetchSettings(): Promise<Settings> {
  return body(await client.GET("/api/settings"));
}

export async function saveSettings(settings: NewSettings): Promise<Settings> {
  return body(await client.PUT("/api/settings", { body: settings }));
}
