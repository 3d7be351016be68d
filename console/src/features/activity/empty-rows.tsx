/** No rows, and why: never any, none in the time range, none for these filters, not yours to see. */

import { IconCalendarOff, IconTimeline } from "@tabler/icons-react";
import { filteredOut, type Lack, NoRows, notYours } from "@/components/no-rows";
import { type ActivitySearch, hasConditions, hasWindow, withWindow } from "./search";

export type EmptyReason = "never" | "window" | "filters" | "no-permission";

export function emptyReason(search: ActivitySearch): EmptyReason {
  if (hasConditions(search)) return "filters";
  return hasWindow(search) ? "window" : "never";
}

const LACKS: Record<EmptyReason, Lack> = {
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
  filters: filteredOut("entry"),
  "no-permission": notYours("this log"),
};

interface EmptyRowsProps {
  reason: EmptyReason;
  search: ActivitySearch;
  onSearch: (next: ActivitySearch) => void;
}

export function EmptyRows({ reason, search, onSearch }: EmptyRowsProps) {
  const filtered = reason === "filters";
  const timed = reason === "window" || (filtered && hasWindow(search));
  const ways = [
    filtered && { label: "Clear all filters", go: () => onSearch({}) },
    timed && { label: "Look at all time", go: () => onSearch(withWindow(search, null)) },
  ];
  return <NoRows lack={LACKS[reason]} ways={ways} />;
}
