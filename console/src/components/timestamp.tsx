/** An instant in the platform's dates; the viewer's own zone and ISO 8601 on hover. */

import { Tooltip } from "@mantine/core";
import { formatDay, formatInstant, formatIso, formatTime } from "@/time/format";
import { viewerZone, wallOf } from "@/time/zone";
import { usePlatformDates } from "./platform-dates";
import classes from "./timestamp.module.css";

interface TimestampProps {
  instant: string;
  /** A further time that belongs to it, in the platform's dates. */
  beside?: { label: string; instant: string } | undefined;
  /** The day above the time of day. */
  stacked?: boolean;
}

function Readings({ instant, beside }: { instant: Date; beside: TimestampProps["beside"] }) {
  const { dateFormat, timeZone } = usePlatformDates();
  const own = viewerZone();
  const other = own === timeZone ? "UTC" : own;
  return (
    <dl className={classes.readings}>
      {beside && (
        <>
          <dt>{beside.label}</dt>
          <dd>{formatInstant(new Date(beside.instant), dateFormat, timeZone)}</dd>
        </>
      )}
      {other !== timeZone && (
        <>
          <dt>{other === own ? `Your time, ${own}` : other}</dt>
          <dd>{formatInstant(instant, dateFormat, other)}</dd>
        </>
      )}
      <dt>ISO 8601</dt>
      <dd>{formatIso(instant, timeZone)}</dd>
    </dl>
  );
}

export function Timestamp({ instant: text, beside, stacked }: TimestampProps) {
  const { dateFormat, timeZone } = usePlatformDates();
  const instant = new Date(text);
  const wall = wallOf(instant, timeZone);
  return (
    <Tooltip
      label={<Readings instant={instant} beside={beside} />}
      openDelay={250}
      position="bottom-start"
    >
      <time dateTime={text} className={classes.time}>
        {stacked ? (
          <>
            <span className={classes.day}>{formatDay(wall, dateFormat)}</span>{" "}
            <span className={classes.clock}>{formatTime(wall, dateFormat)}</span>
          </>
        ) : (
          formatInstant(instant, dateFormat, timeZone)
        )}
      </time>
    </Tooltip>
  );
}
