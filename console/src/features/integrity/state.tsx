/** A state in a word, with a mark and a colour that say the same. */

import { IconAlertTriangle, IconCircleCheck, IconCircleDashed } from "@tabler/icons-react";
import classes from "./integrity.module.css";

export type Tone = "good" | "plain" | "bad";

const ICONS = { good: IconCircleCheck, plain: IconCircleDashed, bad: IconAlertTriangle };

export function State({ tone, children }: { tone: Tone; children: string }) {
  const Icon = ICONS[tone];
  return (
    <span className={classes.state} data-tone={tone}>
      <Icon size={15} aria-hidden />
      {children}
    </span>
  );
}
