/** One of a few values to filter by, or any. */

import { Select } from "@mantine/core";
import classes from "./field.module.css";
import { selectText } from "./select-text";

export interface Option {
  value: string;
  label: string;
}

interface ChoiceProps {
  label: string;
  any: string;
  options: Option[];
  value: string | undefined;
  onChoose: (value: string | undefined) => void;
}

export function Choice({ label, any, options, value, onChoose }: ChoiceProps) {
  // A value from an address that is not in the list (any more) still shows.
  const listed = value === undefined || options.some((option) => option.value === value);
  return (
    <Select
      aria-label={label}
      placeholder={any}
      data={listed ? options : [...options, { value, label: value }]}
      value={value ?? null}
      onChange={(chosen) => onChoose(chosen ?? undefined)}
      clearable
      clearButtonProps={{ "aria-label": `Clear ${label.toLowerCase()}` }}
      searchable={options.length > 12}
      onClick={selectText}
      size="xs"
      comboboxProps={{ shadow: "md", width: "max-content", position: "bottom-start" }}
      maxDropdownHeight={340}
      data-active={value !== undefined || undefined}
      classNames={{ input: classes.input }}
    />
  );
}
