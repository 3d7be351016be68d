/** A password that somebody chooses, with what it takes to be good enough. */

import type { Ref } from "react";
import { PasswordField } from "./password-field";
import { lengthWords } from "./password-length";

interface NewPasswordProps {
  /** Whose it is, so that a password manager files it under the right name. */
  email: string;
  least: number;
  value: string;
  onType: (password: string) => void;
  error: string | null;
  autoFocus?: boolean;
  ref?: Ref<HTMLInputElement>;
}

export function NewPassword({ email, least, value, onType, error, ...field }: NewPasswordProps) {
  return (
    <>
      <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
      <PasswordField
        {...field}
        label="New password"
        description={error ? null : lengthWords(value, least)}
        name="new-password"
        autoComplete="new-password"
        value={value}
        error={error}
        onType={onType}
      />
    </>
  );
}
