/** The name of a tenant: of a new one, or another for one that there is. */

import { TextInput } from "@mantine/core";
import { useState } from "react";
import type { ChangedTenant } from "@/api/types";
import { ChangeForm, refusalOf } from "@/components/change-form";
import classes from "@/components/dialog.module.css";
import { useChange } from "@/components/use-change";
import { PEOPLE } from "../queries";

interface NameFormProps {
  /** The name as it is; empty for a new tenant. */
  name: string;
  label: string;
  words: string;
  request: (name: string) => Promise<ChangedTenant>;
  onDone: (answer: ChangedTenant) => void;
  onCancel: () => void;
}

export function NameForm(props: NameFormProps) {
  const [name, setName] = useState(props.name);
  const [missing, setMissing] = useState(false);
  const change = useChange({ request: props.request, stale: PEOPLE, onDone: props.onDone });
  const submit = () => {
    const wanted = name.trim();
    setMissing(!wanted);
    if (wanted && wanted === props.name) props.onCancel();
    else if (wanted) change.send(wanted);
  };
  return (
    <ChangeForm
      change={change}
      label={props.label}
      fields={["name"]}
      onSubmit={submit}
      onCancel={props.onCancel}
    >
      <p className={classes.words}>{props.words}</p>
      <TextInput
        label="Name"
        data-autofocus
        autoComplete="off"
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
