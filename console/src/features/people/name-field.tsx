/** The name of a user or a tenant. */

import { TextInput } from "@mantine/core";
import { useState } from "react";
import { refusalOf } from "@/components/change-form";
import type { Refusal } from "@/components/use-change";

export interface Name {
  text: string;
  type: (text: string) => void;
  /** It was sent without one. */
  missing: boolean;
  /** The name if there is one; else the field says so. */
  given: () => string | null;
}

export function useName(before: string): Name {
  const [text, setText] = useState(before);
  const [missing, setMissing] = useState(false);
  return {
    text,
    type: (typed) => {
      setText(typed);
      setMissing(false);
    },
    missing,
    given: () => {
      const wanted = text.trim();
      setMissing(!wanted);
      return wanted || null;
    },
  };
}

export function NameField({ name, refusal }: { name: Name; refusal: Refusal | null }) {
  return (
    <TextInput
      label="Name"
      data-autofocus
      autoComplete="off"
      maxLength={100}
      value={name.text}
      error={name.missing ? "Give a name." : refusalOf(refusal, "name")}
      onChange={(event) => name.type(event.currentTarget.value)}
    />
  );
}
