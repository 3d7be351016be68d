import type { CSSProperties } from "react";
import classes from "./cells.module.css";
import { type Action, actionLabel, TONES, UNKNOWN_TONE } from "./words";

/** An action in its colour; the word says the same. */
export function ActionBadge({ action }: { action: string }) {
  const { light, dark } = TONES[action as Action] ?? UNKNOWN_TONE;
  const style = {
    color: `light-dark(${light[0]}, ${dark[0]})`,
    background: `light-dark(${light[1]}, ${dark[1]})`,
  } satisfies CSSProperties;
  return (
    <span className={classes.badge} data-action={action} style={style}>
      {actionLabel(action)}
    </span>
  );
}
