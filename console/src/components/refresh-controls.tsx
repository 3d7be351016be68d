/** Auto-refresh on or off, when it last was, and now. */

import { ActionIcon, Switch, Tooltip } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { formatAgo, formatInstant } from "@/time/format";
import { usePlatformDates } from "./platform-dates";
import classes from "./refresh-controls.module.css";
import { type AutoRefresh, EVERY_SECONDS } from "./use-auto-refresh";

function Updated({ at }: { at: Date }) {
  const [now, setNow] = useState(() => new Date());
  const { dateFormat, timeZone } = usePlatformDates();
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 5000);
    return () => clearInterval(timer);
  }, []);
  const latest = now < at ? at : now;
  return (
    <Tooltip label={formatInstant(at, dateFormat, timeZone)} openDelay={250}>
      <span className={classes.updated}>Updated {formatAgo(at, latest)}</span>
    </Tooltip>
  );
}

interface RefreshControlsProps {
  refresh: AutoRefresh;
  /** What is asked for. */
  what: string;
  updated: Date | null;
  loading: boolean;
}

export function RefreshControls({ refresh, what, updated, loading }: RefreshControlsProps) {
  return (
    <div className={classes.row}>
      {updated && <Updated at={updated} />}
      <Tooltip label="Refresh now" openDelay={400}>
        <ActionIcon size={28} aria-label="Refresh now" onClick={refresh.now}>
          <IconRefresh size={16} className={classes.icon} data-busy={loading || undefined} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={`Asks for ${what} every ${EVERY_SECONDS} seconds`} openDelay={400}>
        <Switch
          size="xs"
          label="Auto-refresh"
          checked={refresh.on}
          onChange={(event) => refresh.setOn(event.currentTarget.checked)}
        />
      </Tooltip>
    </div>
  );
}
