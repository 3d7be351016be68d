/** Shuts a user out: what that does, and why if one likes to say. */

import { Textarea } from "@mantine/core";
import { useState } from "react";
import type { ChangedUser, User } from "@/api/types";
import { disableUser } from "@/api/users";
import { ChangeForm, refusalOf } from "@/components/change-form";
import { Consequences } from "@/components/consequences";
import { useChange } from "@/components/use-change";
import { PEOPLE } from "../queries";
import { factsOf } from "./confirm-form";

interface DisableFormProps {
  user: User;
  onDone: (answer: ChangedUser) => void;
  onCancel: () => void;
}

function ending(sessions: number): string {
  if (sessions === 0) return "They can’t sign in any more, and links made for them stop working.";
  const words =
    sessions === 1 ? "session ends" : `${sessions.toLocaleString("en-US")} sessions end`;
  return `They can’t sign in any more. Their ${words} at once.`;
}

export function DisableForm({ user, onDone, onCancel }: DisableFormProps) {
  const [reason, setReason] = useState("");
  const change = useChange({
    request: () => disableUser(user.id, reason.trim() || undefined),
    stale: PEOPLE,
    onDone,
  });
  return (
    <ChangeForm
      change={change}
      label="Disable user"
      danger
      fields={["reason"]}
      onSubmit={() => change.send(undefined)}
      onCancel={onCancel}
    >
      <Consequences
        label="User to disable"
        facts={factsOf(user)}
        words={[
          ending(user.activeSessions),
          "What the log says about them stays. You can enable them again.",
          "This and your reason are recorded in the audit log.",
        ]}
      />
      <Textarea
        label="Reason (optional)"
        placeholder="Left the company"
        data-autofocus
        autosize
        minRows={2}
        maxRows={6}
        maxLength={500}
        value={reason}
        error={refusalOf(change.refusal, "reason")}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </ChangeForm>
  );
}
