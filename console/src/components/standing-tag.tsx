/** How an account or a tenant stands: an icon in a colour, and the word that says the same. */

import {
  IconBan,
  IconCircleCheckFilled,
  IconMail,
  IconShieldCheck,
  IconShieldOff,
  type TablerIcon,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./standing-tag.module.css";

export type Tone = "good" | "waiting" | "off" | "safe" | "unsafe";

const ICONS: Record<Tone, TablerIcon> = {
  good: IconCircleCheckFilled,
  waiting: IconMail,
  off: IconBan,
  safe: IconShieldCheck,
  unsafe: IconShieldOff,
};

export function StandingTag({ tone, children }: { tone: Tone; children: ReactNode }) {
  const Icon = ICONS[tone];
  return (
    <span className={classes.tag} data-tone={tone}>
      <Icon size={15} aria-hidden />
      {children}
    </span>
  );
}
