/** What is known of a thing, name by name; a value can be copied, or filtered by. */

import { ActionIcon, Tooltip } from "@mantine/core";
import { IconFilter } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { CopyButton } from "./copy-button";
import classes from "./facts.module.css";

interface FactProps {
  label: string;
  children: ReactNode;
  /** In the letters of code. */
  code?: boolean;
  /** What a press copies. */
  copy?: string | undefined;
  filter?: { label: string; apply: () => void; active: boolean } | undefined;
}

export function Fact({ label, children, code, copy, filter }: FactProps) {
  return (
    <div className={classes.fact}>
      <dt>{label}</dt>
      <dd data-code={code || undefined}>
        <span className={classes.value}>{children}</span>
        {filter && !filter.active && (
          <Tooltip label={filter.label} events={{ hover: true, focus: true, touch: false }}>
            <ActionIcon size={22} aria-label={filter.label} onClick={filter.apply}>
              <IconFilter size={14} />
            </ActionIcon>
          </Tooltip>
        )}
        {copy && <CopyButton value={copy} label={`Copy ${label.toLowerCase()}`} />}
      </dd>
    </div>
  );
}

/** Facts one below the other, or in two columns where there is room. */
export function Facts({ columns, children }: { columns?: boolean; children: ReactNode }) {
  return (
    <dl className={classes.facts} data-columns={columns || undefined} aria-label="Facts">
      {children}
    </dl>
  );
}
