/** On every page while an identity is assumed: who acts as whom, until when, and the way out. */

import { Button, Tooltip, VisuallyHidden } from "@mantine/core";
import { IconUserShare } from "@tabler/icons-react";
import type { Session } from "@/api/types";
import { type PlatformDates, usePlatformDates } from "@/components/platform-dates";
import { roleLabel } from "@/components/roles";
import { useSecondsLeft } from "@/components/use-seconds-left";
import { formatInstant, formatTime } from "@/time/format";
import { wallOf } from "@/time/zone";
import classes from "./assumption-banner.module.css";
import { clockOf, saidOf } from "./time-left";
import { useEnd, useStop } from "./use-stop";

/** What there is of a session while an identity is assumed. */
export interface Assumed {
  session: Session;
  by: NonNullable<Session["assumedBy"]>;
  assumption: NonNullable<Session["assumption"]>;
}

/** Null in a session of one's own. */
export function assumedOf(session: Session): Assumed | null {
  const { assumedBy, assumption } = session;
  return assumedBy && assumption ? { session, by: assumedBy, assumption } : null;
}

/** The end in the platform's dates: the time of day, and all of it. */
function endOf(
  assumption: Assumed["assumption"],
  { dateFormat, timeZone }: PlatformDates,
): [clock: string, whole: string] {
  const end = new Date(assumption.until);
  const whole = `Until ${formatInstant(end, dateFormat, timeZone)} ${timeZone}`;
  return [formatTime(wallOf(end, timeZone), dateFormat), whole];
}

export function AssumptionBanner({ assumed }: { assumed: Assumed }) {
  const { session, by, assumption } = assumed;
  const { user } = session;
  const [clock, whole] = endOf(assumption, usePlatformDates());
  const left = useSecondsLeft(assumption.until);
  const stop = useStop(session);
  useEnd(left, () => !stop.isPending && stop.mutate());
  const place = user.tenant
    ? `${roleLabel(user.role)} of ${user.tenant.name}`
    : roleLabel(user.role);
  return (
    <section className={classes.banner} aria-label="Assumed identity">
      <IconUserShare size={18} className={classes.icon} aria-hidden />
      <p className={classes.words}>
        <span className={classes.who}>
          <span>{by.email ?? by.name ?? by.id}</span>{" "}
          <span>
            <span className={classes.roomy}>acts </span>as <strong>{user.email}</strong>
          </span>
        </span>
        <span className={classes.place}>{place}</span>
        <Tooltip label={assumption.reason} multiline maw={380}>
          <span className={classes.reason}>“{assumption.reason}”</span>
        </Tooltip>
      </p>
      <Tooltip label={whole} events={{ hover: true, focus: true, touch: true }}>
        <time
          className={classes.left}
          dateTime={assumption.until}
          data-soon={left <= 60 || undefined}
        >
          <span className={classes.until}>until {clock}, </span>
          <strong>
            {clockOf(left)}
            <span className={classes.roomy}> left</span>
          </strong>
        </time>
      </Tooltip>
      <Button
        size="compact-sm"
        className={classes.stop}
        loading={stop.isPending}
        onClick={() => stop.mutate()}
      >
        Stop
      </Button>
      <VisuallyHidden role="status">{saidOf(left)}</VisuallyHidden>
    </section>
  );
}
