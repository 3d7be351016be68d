/** Why something is done: a sentence for those who read the log. */

import { Textarea } from "@mantine/core";
import { type RefObject, useRef, useState } from "react";

const SHORTEST = 3;
const LONGEST = 500;

export interface Reason {
  text: string;
  type: (text: string) => void;
  /** It was sent without being long enough. */
  missing: boolean;
  /** The reason if there is one; else the field says so and takes the focus. */
  given: () => string | null;
  field: RefObject<HTMLTextAreaElement | null>;
}

export function useReason(): Reason {
  const [text, setText] = useState("");
  const [missing, setMissing] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  return {
    text,
    type: (typed) => {
      setText(typed);
      setMissing(false);
    },
    missing,
    given: () => {
      const said = text.trim();
      if (said.length >= SHORTEST) return said;
      setMissing(true);
      field.current?.focus();
      return null;
    },
    field,
  };
}

export function ReasonField({ reason, placeholder }: { reason: Reason; placeholder: string }) {
  return (
    <Textarea
      ref={reason.field}
      label="Reason"
      description={`${SHORTEST} to ${LONGEST} characters. Whoever may see the log can read it.`}
      placeholder={placeholder}
      required
      withAsterisk={false}
      data-autofocus
      autosize
      minRows={2}
      maxRows={6}
      maxLength={LONGEST}
      value={reason.text}
      error={reason.missing && `Give a reason of at least ${SHORTEST} characters.`}
      onChange={(event) => reason.type(event.currentTarget.value)}
    />
  );
}
