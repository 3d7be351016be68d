/** Another name for a user. The e-mail address is what entries know them by, and stays. */

import { TextInput } from "@mantine/core";
import { useState } from "react";
import type { ChangedUser, User } from "@/api/types";
import { changeUser } from "@/api/users";
import { ChangeForm, refusalOf } from "@/components/change-form";
import { useChange } from "@/components/use-change";
import { PEOPLE } from "../queries";

interface EditFormProps {
  user: User;
  onDone: (answer: ChangedUser) => void;
  onCancel: () => void;
}

export function EditForm({ user, onDone, onCancel }: EditFormProps) {
  const [name, setName] = useState(user.name);
  const [missing, setMissing] = useState(false);
  const change = useChange({
    request: (wanted: string) => changeUser(user.id, { name: wanted }),
    stale: PEOPLE,
    onDone,
  });
  const submit = () => {
    const wanted = name.trim();
    if (wanted === user.name) onCancel();
    else if (wanted) change.send(wanted);
    setMissing(!wanted);
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
      <TextInput
        label="Name"
        data-autofocus
        maxLength={100}
        value={name}
        error={missing ? "Give a name." : refusalOf(change.refusal, "name")}
        onChange={(event) => {
          setName(event.currentTarget.value);
          setMissing(false);
        }}
      />
    </ChangeForm>
  );
}
