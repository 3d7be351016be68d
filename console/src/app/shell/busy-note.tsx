/** On every page while a busy server is asked again: that one waits for it, and nothing is lost. */

import { Loader } from "@mantine/core";
import { notifyManager, useQueryClient } from "@tanstack/react-query";
import { useCallback, useSyncExternalStore } from "react";
import { MOST_AGAIN, turnedAway } from "../patience";
import classes from "./busy-note.module.css";

function useTurnedAway(): number {
  const cache = useQueryClient().getQueryCache();
  const watch = useCallback(
    (changed: () => void) => cache.subscribe(notifyManager.batchCalls(changed)),
    [cache],
  );
  return useSyncExternalStore(watch, () => turnedAway(cache.getAll().map(({ state }) => state)));
}

export function BusyNote() {
  const times = useTurnedAway();
  return (
    <div role="status" className={classes.place}>
      {times > 0 && (
        <div className={classes.note}>
          <Loader size={14} aria-hidden />
          <span>
            <strong>The server is busy.</strong> Asking again by itself
            {/* Said once, not at every try. */}
            <span aria-hidden>
              , {times} of {MOST_AGAIN}
            </span>
            .
          </span>
        </div>
      )}
    </div>
  );
}
