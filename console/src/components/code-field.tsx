/** The six digits that an authenticator app shows. */

import { TextInput, type TextInputProps } from "@mantine/core";
import classes from "./code-field.module.css";
import { CODE_DIGITS, codeDigits, isWholeCode } from "./codes";

interface CodeFieldProps extends Omit<TextInputProps, "onChange" | "type"> {
  value: string;
  onType: (code: string) => void;
  /** Called with the last digit, so that nobody needs to press a button. */
  onWhole?: (code: string) => void;
}

export function CodeField({ onType, onWhole, value, ...props }: CodeFieldProps) {
  return (
    <TextInput
      name="code"
      autoComplete="one-time-code"
      inputMode="numeric"
      pattern={`[0-9]{${CODE_DIGITS}}`}
      title={`${CODE_DIGITS} digits`}
      autoCapitalize="off"
      autoCorrect="off"
      spellCheck={false}
      required
      withAsterisk={false}
      {...props}
      value={value}
      onChange={(event) => {
        const code = codeDigits(event.currentTarget.value);
        onType(code);
        if (isWholeCode(code) && code !== value) onWhole?.(code);
      }}
      classNames={{ input: classes.code }}
    />
  );
}
