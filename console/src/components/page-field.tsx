/** The number of the page, to be typed over: Enter goes there, and so does leaving the field. */

import { type KeyboardEvent, type RefObject, useEffect, useId, useState } from "react";
import classes from "./page-field.module.css";
import { type PageNumber, type Place, typedPage } from "./pages";

interface PageFieldProps {
  place: Place;
  /** The rows are still those of the page before. */
  old: boolean;
  /** A button beside it was pressed last: whoever does that wants that page, not the typed one. */
  pressed: RefObject<boolean>;
  onPage: (page: PageNumber) => void;
}

interface Draft {
  text: string;
  /** It was asked for, and stands there until its rows do. */
  sent: boolean;
  wrong: string | null;
}

export function PageField({ place, old, pressed, onPage }: PageFieldProps) {
  const [draft, setDraft] = useState<Draft | null>(null);
  const id = useId();
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows of another page are what it waited for
  useEffect(() => {
    if (!old) setDraft((held) => (held?.sent ? null : held));
  }, [old, place.number]);

  const go = () => {
    if (!draft || draft.sent) return;
    const typed = typedPage(draft.text, place.count);
    if (!typed || ("page" in typed && typed.page === place.number)) {
      setDraft(null);
    } else if ("wrong" in typed) {
      setDraft({ ...draft, wrong: typed.wrong });
    } else {
      setDraft({ text: String(typed.page), sent: true, wrong: null });
      onPage(typed.page);
    }
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Enter") go();
    if (event.key === "Escape") setDraft(null);
  };
  const onBlur = () => {
    if (pressed.current) setDraft(null);
    else go();
  };
  const text = draft?.text ?? String(place.number);
  const wrong = draft?.wrong;
  return (
    <div className={classes.place}>
      <label htmlFor={id}>Page</label>
      <input
        id={id}
        className={classes.input}
        // As wide as the greatest number that makes sense.
        style={{ width: `calc(${Math.max(2, String(place.count).length)}ch + 18px)` }}
        inputMode="numeric"
        autoComplete="off"
        enterKeyHint="go"
        maxLength={16}
        value={text}
        aria-invalid={Boolean(wrong)}
        aria-describedby={wrong ? `${id}-of ${id}-wrong` : `${id}-of`}
        onChange={(event) =>
          setDraft({ text: event.currentTarget.value, sent: false, wrong: null })
        }
        onFocus={(event) => event.currentTarget.select()}
        onKeyDown={onKey}
        onBlur={onBlur}
      />
      <span id={`${id}-of`} className={classes.of}>
        of {place.count.toLocaleString("en-US")}
      </span>
      {wrong && (
        <p id={`${id}-wrong`} className={classes.wrong} role="alert">
          {wrong}
        </p>
      )}
    </div>
  );
}
