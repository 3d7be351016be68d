/** What a role is called. */

const LABELS: Record<string, string> = {
  super_admin: "Super Admin",
  admin: "Admin",
  viewer: "Viewer",
};

export function roleLabel(role: string): string {
  return LABELS[role] ?? role;
}
