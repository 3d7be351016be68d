/** Auto-refresh on or off, when it last was, and now. */

import { ActionIcon, Switch, Tooltip } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { usePlatformDates } from "@/components/platform-dates";
import { formatAgo, formatInstant } from "@/time/format";
import classes from "./refresh-controls.module.css";
import { type AutoRefresh, EVERY_SECONDS } from "./use-auto-refresh";
import type { View } from "./use-view";

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

export function RefreshControls({ refresh, view }: { refresh: AutoRefresh; view: View }) {
  return (
    <div className={classes.row}>
      {view.updated && <Updated at={view.updated} />}
      <Tooltip label="Refresh now" openDelay={400}>
        <ActionIcon size={28} aria-label="Refresh now" onClick={refresh.now}>
          <IconRefresh size={16} className={classes.icon} data-busy={view.loading || undefined} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={`Asks for new entries every ${EVERY_SECONDS} seconds`} openDelay={400}>
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
