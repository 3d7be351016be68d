/** No rows, and why: none for these filters, none at all, not yours to see. */

import { IconUsers } from "@tabler/icons-react";
import { filteredOut, type Lack, NoRows, notYours } from "@/components/no-rows";

export type EmptyReason = "never" | "filters" | "no-permission";

const LACKS: Record<EmptyReason, Lack> = {
  never: {
    icon: <IconUsers size={22} />,
    title: "No sessions yet",
    words: "Every sign-in becomes a row here, and stays when the session has ended.",
  },
  filters: filteredOut("session"),
  "no-permission": notYours("sessions"),
};

export function EmptySessions({ reason, onClear }: { reason: EmptyReason; onClear: () => void }) {
  const ways = [reason === "filters" && { label: "Clear all filters", go: onClear }];
  return <NoRows lack={LACKS[reason]} ways={ways} />;
}
