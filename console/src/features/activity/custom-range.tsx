/** Two days, and times where whole days are too coarse. */

import { Button } from "@mantine/core";
import { DatePicker, TimePicker } from "@mantine/dates";
import { type FormEvent, useState } from "react";
import { boundAt, wallParts } from "@/time/window";
import type { Dates } from "./chips";
import classes from "./time-range.module.css";

interface CustomRangeProps {
  from: string | undefined;
  to: string | undefined;
  dates: Dates;
  onApply: (bounds: { from?: string; to?: string }) => void;
}

export function CustomRange({ from, to, dates, onApply }: CustomRangeProps) {
  const { timeZone, dateFormat } = dates;
  const first = from ? wallParts(from, timeZone) : { day: "", clock: "" };
  const last = to ? wallParts(to, timeZone) : { day: "", clock: "" };
  const [days, setDays] = useState<[string | null, string | null]>([
    first.day || null,
    last.day || null,
  ]);
  const [clocks, setClocks] = useState<[string, string]>([first.clock, last.clock]);
  const start = days[0];
  const end = days[1] ?? days[0];
  const bounds = {
    from: start ? boundAt(start, clocks[0], timeZone) : null,
    to: end ? boundAt(end, clocks[1], timeZone) : null,
  };
  const backwards =
    start !== null &&
    start === end &&
    clocks[0] !== "" &&
    clocks[1] !== "" &&
    clocks[0] >= clocks[1];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (bounds.from && bounds.to && !backwards) onApply({ from: bounds.from, to: bounds.to });
  };
  const clock = (index: 0 | 1, label: string) => (
    <TimePicker
      label={label}
      size="xs"
      withSeconds
      clearable
      format={dateFormat.includes("A") ? "12h" : "24h"}
      hoursInputLabel={`${label}, hours`}
      minutesInputLabel={`${label}, minutes`}
      secondsInputLabel={`${label}, seconds`}
      amPmInputLabel={`${label}, AM or PM`}
      clearButtonProps={{ "aria-label": `Clear ${label.toLowerCase()}` }}
      value={clocks[index]}
      onChange={(value) => setClocks((held) => (index === 0 ? [value, held[1]] : [held[0], value]))}
    />
  );
  return (
    <form className={classes.custom} onSubmit={submit}>
      <DatePicker
        type="range"
        size="xs"
        allowSingleDateInRange
        value={days}
        onChange={setDays}
        highlightToday
        fullWidth
        hideOutsideDates
        weekendDays={[]}
        ariaLabels={{
          nextMonth: "Next month",
          previousMonth: "Previous month",
          nextYear: "Next year",
          previousYear: "Previous year",
          nextDecade: "Next decade",
          previousDecade: "Previous decade",
        }}
      />
      <div className={classes.clocks}>
        {clock(0, "From time")}
        {clock(1, "To time")}
      </div>
      <p
        className={classes.hint}
        data-wrong={backwards || undefined}
        role={backwards ? "alert" : undefined}
      >
        {backwards ? "“From” must be before “to”." : `Without times: whole days. Zone: ${timeZone}`}
      </p>
      <Button type="submit" size="xs" fullWidth disabled={!bounds.from || !bounds.to || backwards}>
        Apply range
      </Button>
    </form>
  );
}
