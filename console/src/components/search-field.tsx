/** Free text; asked for when the typing pauses. */

import { CloseButton, Kbd, TextInput } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import classes from "./field.module.css";

const PAUSE = 300;

interface SearchFieldProps {
  /** What is searched, in words. */
  placeholder: string;
  value: string;
  onSearch: (text: string, how: { replace: boolean }) => void;
}

export function SearchField({ placeholder, value, onSearch }: SearchFieldProps) {
  const [text, setText] = useState(value);
  const field = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // What we asked for last: another value in the address comes from elsewhere (Back, a chip).
  const asked = useRef(value);
  // One step of Back for one visit to the field, not for every word.
  const stepped = useRef(false);
  useHotkeys([["/", () => field.current?.focus()]]);
  useEffect(() => {
    if (value === asked.current) return;
    clearTimeout(timer.current);
    asked.current = value;
    setText(value);
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const ask = (wanted: string) => {
    clearTimeout(timer.current);
    const trimmed = wanted.trim();
    if (trimmed === asked.current) return;
    asked.current = trimmed;
    onSearch(trimmed, { replace: stepped.current });
    stepped.current = true;
  };
  const type = (next: string) => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => ask(next), PAUSE);
  };
  const clear = () => {
    setText("");
    ask("");
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Enter") ask(text);
    if (event.key === "Escape" && text) clear();
  };
  return (
    <TextInput
      ref={field}
      size="xs"
      role="searchbox"
      aria-label="Search"
      placeholder={placeholder}
      maxLength={200}
      leftSection={<IconSearch size={15} aria-hidden />}
      rightSection={
        text ? (
          <CloseButton size="sm" aria-label="Clear search" onClick={clear} />
        ) : (
          <Kbd size="xs" aria-hidden>
            /
          </Kbd>
        )
      }
      value={text}
      onChange={(event) => type(event.currentTarget.value)}
      onKeyDown={onKey}
      onBlur={() => {
        stepped.current = false;
      }}
      classNames={{ input: classes.input }}
    />
  );
}
