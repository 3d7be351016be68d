/** The active filters, each with a way to clear it. */

import { Button, UnstyledButton } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import type { Chip } from "./chips";
import classes from "./filter-chips.module.css";
import type { ActivitySearch } from "./search";

interface FilterChipsProps {
  chips: Chip[];
  onSearch: (next: ActivitySearch) => void;
  /** The search without any filter. */
  cleared: ActivitySearch;
}

export function FilterChips({ chips, onSearch, cleared }: FilterChipsProps) {
  if (chips.length === 0) return null;
  return (
    <div className={classes.row}>
      <ul className={classes.chips} aria-label="Active filters">
        {chips.map((chip) => (
          <li key={chip.key} className={classes.chip}>
            <span className={classes.label}>{chip.label}</span>
            <span className={classes.value} title={chip.value}>
              {chip.value}
            </span>
            <UnstyledButton
              className={classes.clear}
              aria-label={`Clear filter ${chip.label}: ${chip.value}`}
              onClick={() => onSearch(chip.without)}
            >
              <IconX size={13} aria-hidden />
            </UnstyledButton>
          </li>
        ))}
      </ul>
      <Button size="compact-xs" variant="subtle" onClick={() => onSearch(cleared)}>
        Clear all
      </Button>
    </div>
  );
}
