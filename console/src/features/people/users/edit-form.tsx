/** Another name for a user. The e-mail address is what entries know them by, and stays. */

import { TextInput } from "@mantine/core";
import type { ChangedUser, User } from "@/api/types";
import { changeUser } from "@/api/users";
import { ChangeForm } from "@/components/change-form";
import { useChange } from "@/components/use-change";
import { NameField, useName } from "../name-field";
import { PEOPLE } from "../queries";

interface EditFormProps {
  user: User;
  onDone: (answer: ChangedUser) => void;
  onCancel: () => void;
}

export function EditForm({ user, onDone, onCancel }: EditFormProps) {
  const name = useName(user.name);
  const change = useChange({
    request: (wanted: string) => changeUser(user.id, { name: wanted }),
    stale: PEOPLE,
    onDone,
  });
  const submit = () => {
    const wanted = name.given();
    if (wanted === user.name) onCancel();
    else if (wanted) change.send(wanted);
  };
  return (
    <ChangeForm
      change={change}
      label="Save"
      fields={["name"]}
      onSubmit={submit}
      onCancel={onCancel}
    >
      <TextInput
        label="E-mail"
        description="Entries know them by it, so it stays."
        value={user.email}
        readOnly
      />
      <NameField name={name} refusal={change.refusal} />
    </ChangeForm>
  );
}
