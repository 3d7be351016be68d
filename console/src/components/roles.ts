/** What a role is called. */

/** From the one that may most to the one that may least. */
export const ROLES = ["super_admin", "admin", "viewer"] as const;

const LABELS: Record<string, string> = {
  super_admin: "Super Admin",
  admin: "Admin",
  viewer: "Viewer",
};

export function roleLabel(role: string): string {
  return LABELS[role] ?? role;
}
