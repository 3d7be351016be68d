/** From and to: presets, or days and times of the platform's zone. */

import { Button, Popover, UnstyledButton } from "@mantine/core";
import { IconCalendar, IconCheck, IconChevronDown } from "@tabler/icons-react";
import { useState } from "react";
import { PRESETS, type Preset } from "@/time/window";
import { type Dates, windowText } from "./chips";
import { CustomRange } from "./custom-range";
import type { ActivitySearch } from "./search";
import classes from "./time-range.module.css";

interface TimeRangeProps {
  search: ActivitySearch;
  dates: Dates;
  onChoose: (window: Preset | { from?: string; to?: string } | null) => void;
}

export function TimeRange({ search, dates, onChoose }: TimeRangeProps) {
  const [opened, setOpened] = useState(false);
  const shown = windowText(search, dates);
  const choose: TimeRangeProps["onChoose"] = (window) => {
    setOpened(false);
    onChoose(window);
  };
  const custom = !search.range && shown !== null;
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-start"
      shadow="md"
      radius={10}
      trapFocus
      floatingStrategy="fixed"
    >
      <Popover.Target>
        <Button
          variant="default"
          size="xs"
          className={classes.target}
          classNames={{ label: classes.label }}
          leftSection={<IconCalendar size={15} aria-hidden />}
          rightSection={<IconChevronDown size={14} aria-hidden />}
          aria-label={`Time range: ${shown ?? "All time"}`}
          onClick={() => setOpened(!opened)}
        >
          {shown ?? "All time"}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={0} className={classes.dropdown} aria-label="Time range">
        <ul className={classes.presets} aria-label="Presets">
          {[[null, "All time"] as const, ...Object.entries(PRESETS)].map(([preset, label]) => {
            const chosen = preset === null ? shown === null : search.range === preset;
            return (
              <li key={label}>
                <UnstyledButton
                  className={classes.preset}
                  aria-pressed={chosen}
                  onClick={() => choose(preset as Preset | null)}
                >
                  {label}
                  {chosen && <IconCheck size={14} aria-hidden />}
                </UnstyledButton>
              </li>
            );
          })}
        </ul>
        <CustomRange
          from={custom ? search.from : undefined}
          to={custom ? search.to : undefined}
          dates={dates}
          onApply={choose}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
