/** An instant in the platform's dates; the viewer's own zone and ISO 8601 on hover. */

import { Tooltip } from "@mantine/core";
import { formatInstant, formatIso } from "@/time/format";
import { viewerZone } from "@/time/zone";
import { usePlatformDates } from "./platform-dates";
import classes from "./timestamp.module.css";

function Readings({ instant }: { instant: Date }) {
  const { dateFormat, timeZone } = usePlatformDates();
  const own = viewerZone();
  const other = own === timeZone ? "UTC" : own;
  return (
    <dl className={classes.readings}>
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

export function Timestamp({ instant: text }: { instant: string }) {
  const { dateFormat, timeZone } = usePlatformDates();
  const instant = new Date(text);
  return (
    <Tooltip label={<Readings instant={instant} />} openDelay={250} position="bottom-start">
      <time dateTime={text} className={classes.time}>
        {formatInstant(instant, dateFormat, timeZone)}
      </time>
    </Tooltip>
  );
}
