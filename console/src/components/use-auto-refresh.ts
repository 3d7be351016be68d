/** Asks again every 30 seconds while somebody looks. */

import { useLocalStorage } from "@mantine/hooks";
import { type QueryKey, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";

export const EVERY_SECONDS = 30;

export interface AutoRefresh {
  on: boolean;
  setOn: (on: boolean) => void;
  now: () => void;
}

/** Asks for all queries below `asked` again. */
export function useAutoRefresh(asked: QueryKey): AutoRefresh {
  const [on, setOn] = useLocalStorage({
    key: "indelible-auto-refresh",
    defaultValue: true,
    getInitialValueInEffect: false,
  });
  const queryClient = useQueryClient();
  const last = useRef(Date.now());
  const now = () => {
    last.current = Date.now();
    void queryClient.invalidateQueries({ queryKey: asked });
  };
  const latest = useRef(now);
  latest.current = now;
  useEffect(() => {
    if (!on) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    // A hidden tab asks nothing; shown again, it asks at once if it is due.
    const plan = () => {
      clearTimeout(timer);
      if (document.hidden) return;
      const due = last.current + EVERY_SECONDS * 1000 - Date.now();
      timer = setTimeout(
        () => {
          latest.current();
          plan();
        },
        Math.max(0, due),
      );
    };
    plan();
    document.addEventListener("visibilitychange", plan);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", plan);
    };
  }, [on]);
  return { on, setOn, now };
}
