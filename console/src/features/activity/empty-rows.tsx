/** No rows, and why: never any, none in the time range, none for these filters, not yours to see. */

import { Button } from "@mantine/core";
import { IconCalendarOff, IconFilterOff, IconLock, IconTimeline } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Blank } from "@/components/blank";
import { type ActivitySearch, hasConditions, hasWindow, withWindow } from "./search";

export type EmptyReason = "never" | "window" | "filters" | "no-permission";

export function emptyReason(search: ActivitySearch): EmptyReason {
  if (hasConditions(search)) return "filters";
  return hasWindow(search) ? "window" : "never";
}

interface Words {
  icon: ReactNode;
  title: string;
  words: string;
}

const WORDS: Record<EmptyReason, Words> = {
  never: {
    icon: <IconTimeline size={22} />,
    title: "No entries yet",
    words:
      "The log is open and empty. The first action that goes through the platform's API will be its first entry.",
  },
  window: {
    icon: <IconCalendarOff size={22} />,
    title: "Nothing happened in this time range",
    words: "The log has no entry here. Widen the range, or look at all of it.",
  },
  filters: {
    icon: <IconFilterOff size={22} />,
    title: "No entry passes these filters",
    words: "Take away a filter above, or clear all of them.",
  },
  "no-permission": {
    icon: <IconLock size={22} />,
    title: "You may not see this log",
    words:
      "Your role does not include the audit log. An administrator of your tenant can change that.",
  },
};

interface EmptyRowsProps {
  reason: EmptyReason;
  search: ActivitySearch;
  onSearch: (next: ActivitySearch) => void;
}

export function EmptyRows({ reason, search, onSearch }: EmptyRowsProps) {
  const { icon, title, words } = WORDS[reason];
  const both = reason === "filters" && hasWindow(search);
  const actions = (
    <>
      {reason === "filters" && (
        <Button variant="default" size="xs" onClick={() => onSearch({})}>
          Clear all filters
        </Button>
      )}
      {(reason === "window" || both) && (
        <Button variant="default" size="xs" onClick={() => onSearch(withWindow(search, null))}>
          Look at all time
        </Button>
      )}
    </>
  );
  return (
    <Blank
      icon={icon}
      title={title}
      actions={reason === "window" || reason === "filters" ? actions : null}
    >
      <p>{words}</p>
    </Blank>
  );
}
