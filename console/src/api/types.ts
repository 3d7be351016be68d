/** The API's shapes under the names that the console uses. */

import type { components, operations } from "./schema.gen";

type Schemas = components["schemas"];

export type Session = Schemas["SessionBody"];
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
/** How the search index stands, where it is not the ledger itself. */
export type IndexState = Schemas["IndexState"];
/** One's own account. */
export type Account = Schemas["AccountBody"];
/** What an authenticator app is set up with. */
export type Enrolment = Schemas["EnrolmentBody"];
/** What a link to set a password is for. */
export type PasswordLink = Schemas["FollowedLink"];
/** A user as administrators see one; the one before the screen is in `Session`. */
export type User = Schemas["UserRow"];
export type UserStatus = Schemas["UserStatus"];
export type UserPage = Schemas["UsersPage"];
export type UserFilter = Omit<
  NonNullable<operations["read_users"]["parameters"]["query"]>,
  "limit" | "cursor"
>;
export type NewUser = Schemas["NewUser"];
/** A user after a change; with a link where one was made, which is shown this once. */
export type ChangedUser = Schemas["ChangedUserBody"];
export type UserLink = NonNullable<ChangedUser["link"]>;
export type RoleName = Schemas["Role"];
export type Role = Schemas["RoleRow"];
export type TenantRow = Schemas["TenantRow"];
export type ChangedTenant = Schemas["ChangedTenantBody"];
export type RevokedSessions = Schemas["RevokedSessions"];
export type RevokedSession = Schemas["RevokedSession"];
/** How long a tenant's entries are kept; `days` are those in force. */
export type Retention = Schemas["RetentionBody"];
export type RetentionRules = Schemas["RetentionRules"];
