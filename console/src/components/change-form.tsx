/** The form of a change in a dialog: what is asked, why it was refused, and the two ways out. */

import { Button } from "@mantine/core";
import type { FormEvent, ReactNode } from "react";
import classes from "./dialog.module.css";
import { Notice } from "./notice";
import type { Refusal } from "./use-change";

interface ChangeFormProps {
  /** The change, as far as its form has to know it. */
  change: { busy: boolean; refusal: Refusal | null; wait: number };
  /** What the button says that does it. */
  label: string;
  /** It takes something away. */
  danger?: boolean;
  /** Names of the fields that show their refusal themselves. */
  fields?: readonly string[];
  onSubmit: () => void;
  onCancel: () => void;
  children: ReactNode;
}

/** The refusal of one field, to stand below it. */
export function refusalOf(refusal: Refusal | null, field: string): string | undefined {
  return refusal?.field === field ? refusal.detail || refusal.title : undefined;
}

export function ChangeForm(props: ChangeFormProps) {
  const { busy, refusal, wait } = props.change;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!busy && wait === 0) props.onSubmit();
  };
  const shown = refusal && !props.fields?.includes(refusal.field ?? "");
  return (
    <form onSubmit={submit} className={classes.form} noValidate>
      {props.children}
      {shown && <Notice tone="danger" title={`${refusal.title}.`} detail={refusal.detail} />}
      <div className={classes.actions}>
        <Button variant="default" data-autofocus onClick={props.onCancel}>
          Cancel
        </Button>
        <Button
          type="submit"
          loading={busy}
          disabled={wait > 0}
          {...(props.danger ? { className: classes.danger } : {})}
        >
          {wait > 0 ? `Wait ${wait} s` : props.label}
        </Button>
      </div>
    </form>
  );
}
