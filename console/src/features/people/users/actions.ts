/** What can be done about a user, by whom. The server decides; this keeps off what it would refuse. */

import type { User } from "@/api/types";

export type UserAction =
  | "edit"
  | "role"
  | "invitation"
  | "reset"
  | "second-factor"
  | "sessions"
  | "assume"
  | "disable"
  | "enable";

/** The person before the screen. */
export interface Administrator {
  id: string;
  mayChange: boolean;
  mayRevoke: boolean;
  mayAssume: boolean;
}

/** The actions in the order of the menu. */
export function actionsOf(user: User, by: Administrator): UserAction[] {
  const self = user.id === by.id;
  const above = user.role === "super_admin";
  const changes = (fits: boolean) => by.mayChange && fits;
  const fitting: [UserAction, boolean][] = [
    ["assume", by.mayAssume && !self && !above && user.status !== "disabled"],
    ["edit", changes(true)],
    // A Super Admin belongs to no tenant, everybody else to one: no change of role leads across.
    ["role", changes(!self && !above)],
    ["invitation", changes(user.status === "invited")],
    ["reset", changes(!self && user.status === "active")],
    ["second-factor", changes(!self && user.secondFactor)],
    ["sessions", by.mayRevoke && user.activeSessions > 0],
    ["enable", changes(user.status === "disabled")],
    ["disable", changes(!self && user.status !== "disabled")],
  ];
  return fitting.flatMap(([action, fits]) => (fits ? [action] : []));
}
