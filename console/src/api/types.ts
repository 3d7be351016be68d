/** The API's shapes under the names that the console uses. */

import type { components, operations } from "./schema.gen";

type Schemas = components["schemas"];

export type Session = Schemas["SessionBody"] & { enrolmentDue?: boolean; secondFactor?: boolean };
export type Settings = Schemas["SettingsBody"];
export type NewSettings = Schemas["ChangedSettings"];
export type Tenant = Schemas["TenantBody"];
export type Actor = Schemas["Actor"];
export type Row = Schemas["Row"];
export type Entry = Schemas["Entry"];
export type Page = Schemas["Page"];
export type Bucket = Schemas["Bucket"];
export type Histogram = Schemas["Histogram"];
export type Vocabulary = Schemas["Vocabulary"];
/** The one filter object: page, count, histogram, export and address bar share it. */
export type Filter = NonNullable<operations["export"]["parameters"]["query"]>;
/** A session as others see it; the own one, with what it allows, is `Session`. */
export type LoginSession = Schemas["SessionRow"];
export type SessionStatus = Schemas["SessionStatus"];
export type SessionPage = Schemas["SessionsPage"];
export type SessionFilter = Omit<
  NonNullable<operations["read_sessions"]["parameters"]["query"]>,
  "limit" | "cursor"
>;
export type Integrity = Schemas["IntegrityBody"];
export type RootCheckpoint = Schemas["RootBody"];
export type WitnessReport = Schemas["WitnessBody"];
export type LogState = Schemas["LogBody"];
export type LogKey = Schemas["KeyBody"];
export type PastCheck = Schemas["CheckBody"];
/** One's own account. */
export interface Account {
  id: string;
  email: string;
  name: string;
  role: string;
  tenant: Tenant | null;
  secondFactor: { enrolledAt: string | null; recoveryCodesLeft: number; required: boolean };
  passwordMinLength: number;
}
/** What an authenticator app is set up with. */
export interface Enrolment {
  secret: string;
  uri: string;
  qr: string;
}
export type OwnSessionFilter = { status?: SessionStatus };
/** What a link to set a password is for. */
export interface PasswordLink {
  kind: "invitation" | "reset";
  email: string;
  name: string;
  tenant: Tenant | null;
  expiresAt: string;
  passwordMinLength: number;
}
