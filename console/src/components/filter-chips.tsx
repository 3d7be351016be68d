/** The active filters, each with a way to clear it. */

import { Button, UnstyledButton } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import classes from "./filter-chips.module.css";

export interface Chip<Search> {
  key: string;
  label: string;
  value: string;
  /** The search without this filter. */
  without: Search;
}

interface FilterChipsProps<Search> {
  chips: Chip<Search>[];
  onSearch: (next: Search) => void;
  /** The search without any filter. */
  cleared: Search;
}

export function FilterChips<Search>({ chips, onSearch, cleared }: FilterChipsProps<Search>) {
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
