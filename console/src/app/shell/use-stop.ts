/** Being oneself again: at the press of a button, or when the time is over and somebody is there. */

import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { stopAssuming } from "@/api/assume";
import { isAlone } from "@/api/presence";
import { asProblem } from "@/api/problem";
import type { Session } from "@/api/types";
import { sayDone } from "@/components/done";
import { useBecome } from "../identity";
import { sessionQuery } from "../session";

/** Ends the assumption; returns to a fresh session of one's own. */
export function useStop(session: Session) {
  const become = useBecome();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: stopAssuming,
    onSuccess: async (own) => {
      await become(own, "/users");
      sayDone({
        title: "You are yourself again",
        message: `You no longer act as ${session.user.email}.`,
        onEntry: () => void navigate({ to: "/audit-log", search: { session: session.session.id } }),
      });
    },
    onError: (thrown) => {
      const { title, detail } = asProblem(thrown);
      const message = `${title}. ${detail}`;
      notifications.show({ color: "red", title: "Not stopped", message, autoClose: 12_000 });
    },
  });
}

/** Seconds before the end at which a person who is there is led back, while the server still can. */
const LEAD = 4;

/** Watches the end: whoever is there becomes themselves, a page alone goes to the sign-in page. */
export function useEnd(left: number, stop: () => void): void {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const led = useRef(false);
  const latest = useRef(stop);
  latest.current = stop;
  useEffect(() => {
    if (left > LEAD || led.current) return;
    if (left > 0 && !isAlone(Date.now())) {
      led.current = true;
      latest.current();
    }
    if (left === 0) {
      led.current = true;
      queryClient.setQueryData(sessionQuery.queryKey, null);
      void navigate({ to: "/sign-in", search: { reason: "assumption" }, replace: true });
    }
  }, [left, queryClient, navigate]);
}
