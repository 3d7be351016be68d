/** A password, with a button that shows it. */

import { PasswordInput, type PasswordInputProps } from "@mantine/core";

interface PasswordFieldProps extends Omit<PasswordInputProps, "onChange" | "autoComplete"> {
  /** Lets a password manager fill in the old one, or offer and keep a new one. */
  autoComplete: "current-password" | "new-password";
  value: string;
  onType: (password: string) => void;
}

export function PasswordField({ onType, ...props }: PasswordFieldProps) {
  return (
    <PasswordInput
      required
      withAsterisk={false}
      {...props}
      onChange={(event) => onType(event.currentTarget.value)}
      visibilityToggleButtonProps={{ "aria-label": "Show password", tabIndex: 0 }}
    />
  );
}
