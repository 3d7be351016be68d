/** No rows, and why: none for these filters, none at all, not yours to see. */

import { Button } from "@mantine/core";
import { IconFilterOff, IconLock, IconUsers } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Blank } from "@/components/blank";

export type EmptyReason = "never" | "filters" | "no-permission";

interface Words {
  icon: ReactNode;
  title: string;
  words: string;
}

const WORDS: Record<EmptyReason, Words> = {
  never: {
    icon: <IconUsers size={22} />,
    title: "No sessions yet",
    words: "Every sign-in becomes a row here, and stays when the session has ended.",
  },
  filters: {
    icon: <IconFilterOff size={22} />,
    title: "No session passes these filters",
    words: "Take away a filter above, or clear all of them.",
  },
  "no-permission": {
    icon: <IconLock size={22} />,
    title: "You may not see sessions",
    words: "Your role does not include them. An administrator of your tenant can change that.",
  },
};

export function EmptySessions(props: { reason: EmptyReason; onClear: () => void }) {
  const { icon, title, words } = WORDS[props.reason];
  return (
    <Blank
      icon={icon}
      title={title}
      actions={
        props.reason === "filters" && (
          <Button variant="default" size="xs" onClick={props.onClear}>
            Clear all filters
          </Button>
        )
      }
    >
      <p>{words}</p>
    </Blank>
  );
}
