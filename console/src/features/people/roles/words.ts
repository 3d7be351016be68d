/** What a permission allows, in words. */

const WORDS: Record<string, string> = {
  "activity.read": "Read the activity log",
  "activity.export": "Export the activity log",
  "activity.record": "Record entries",
  "log.read": "Read the published log, as monitors do",
  "sessions.read": "See sessions",
  "sessions.export": "Export sessions",
  "sessions.revoke": "Revoke sessions",
  "users.read": "See users and roles",
  "users.change": "Invite, change and disable users",
  "identity.assume": "Assume the identity of a user",
  "tenants.read": "See all tenants",
  "tenants.change": "Create, rename and disable tenants",
  "account.change": "Manage the own account",
  "people.erase": "Erase what is known of a person",
  "retention.change": "Change how long entries are kept",
  "settings.read": "See the settings",
  "settings.change": "Change the settings",
};

/** Permissions in the order in which a person reads about them; unknown ones last. */
export function inOrder(permissions: readonly string[]): string[] {
  const known = Object.keys(WORDS).filter((each) => permissions.includes(each));
  return [...known, ...permissions.filter((each) => !(each in WORDS))];
}

/** A permission that this console does not know yet stands there by its name. */
export function permissionLabel(permission: string): string {
  return WORDS[permission] ?? permission;
}
