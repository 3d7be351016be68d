/** Becoming somebody else for half an hour: what that means, and why. */

import { assumeIdentity } from "@/api/assume";
import type { Session, User } from "@/api/types";
import { ChangeForm } from "@/components/change-form";
import { Consequences } from "@/components/consequences";
import { ReasonField, useReason } from "@/components/reason-field";
import { useChange } from "@/components/use-change";
import { factsOf } from "./confirm-form";

interface AssumeFormProps {
  user: User;
  onAssumed: (session: Session) => void;
  onCancel: () => void;
}

export function AssumeForm({ user, onAssumed, onCancel }: AssumeFormProps) {
  const reason = useReason();
  const change = useChange({
    request: (said: string) => assumeIdentity(user.id, said),
    stale: [],
    onDone: onAssumed,
  });
  return (
    <ChangeForm
      change={change}
      label="Assume identity"
      onSubmit={() => {
        const said = reason.given();
        if (said !== null) change.send(said);
      }}
      onCancel={onCancel}
    >
      <Consequences
        label="Whose identity"
        facts={factsOf(user)}
        words={[
          "For 30 minutes, or until you stop, you have their rights and no others.",
          "Passwords, second factors, exports, revocations and changes of people stay out of reach.",
          "Every entry names both of you. Start, stop and your reason stand in the log of their tenant, where their administrators see them.",
        ]}
      />
      <ReasonField reason={reason} placeholder="Ticket 4711: they can’t see their edges" />
    </ChangeForm>
  );
}
