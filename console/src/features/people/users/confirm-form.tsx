/** Whether one is sure. */

import type { ChangedUser, User } from "@/api/types";
import { ChangeForm } from "@/components/change-form";
import { Consequences } from "@/components/consequences";
import { roleLabel } from "@/components/roles";
import { useChange } from "@/components/use-change";
import { PEOPLE } from "../queries";
import type { Question } from "./questions";

/** What names the user in every dialog. */
export function factsOf(user: User): [string, string][] {
  return [
    ["User", user.name ? `${user.name}, ${user.email}` : user.email],
    ["Role", user.tenant ? `${roleLabel(user.role)}, ${user.tenant.name}` : roleLabel(user.role)],
  ];
}

interface ConfirmFormProps {
  user: User;
  question: Question;
  onDone: (answer: ChangedUser) => void;
  onCancel: () => void;
}

export function ConfirmForm({ user, question, onDone, onCancel }: ConfirmFormProps) {
  const change = useChange({
    request: () => question.request(user.id),
    stale: PEOPLE,
    onDone,
  });
  return (
    <ChangeForm
      change={change}
      label={question.label}
      danger={question.danger ?? false}
      onSubmit={() => change.send(undefined)}
      onCancel={onCancel}
    >
      <Consequences
        label="User"
        facts={factsOf(user)}
        words={[...question.words, "This is recorded in the audit log."]}
      />
    </ChangeForm>
  );
}
