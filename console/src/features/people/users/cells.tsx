/** What stands in the row of a user. */

import type { User, UserStatus } from "@/api/types";
import { StandingTag, type Tone } from "@/components/standing-tag";
import { statusLabel } from "./words";

const TONES: Record<UserStatus, Tone> = { active: "good", invited: "waiting", disabled: "off" };

export function StatusCell({ status }: { status: UserStatus }) {
  return <StandingTag tone={TONES[status]}>{statusLabel(status)}</StandingTag>;
}

export function FactorCell({ user: { secondFactor } }: { user: User }) {
  return (
    <StandingTag tone={secondFactor ? "safe" : "unsafe"}>{secondFactor ? "On" : "Off"}</StandingTag>
  );
}
