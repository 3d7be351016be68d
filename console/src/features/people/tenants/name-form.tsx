/** The name of a tenant: of a new one, or another for one that there is. */

import type { ChangedTenant } from "@/api/types";
import { ChangeForm } from "@/components/change-form";
import classes from "@/components/dialog.module.css";
import { useChange } from "@/components/use-change";
import { NameField, useName } from "../name-field";
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
  const name = useName(props.name);
  const change = useChange({ request: props.request, stale: PEOPLE, onDone: props.onDone });
  const submit = () => {
    const wanted = name.given();
    if (wanted === props.name) props.onCancel();
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
      <NameField name={name} refusal={change.refusal} />
    </ChangeForm>
  );
}
