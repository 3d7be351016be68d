/** Who somebody is, and the password. */

import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useEffect, useRef } from "react";
import classes from "@/components/door.module.css";
import { PasswordField } from "@/components/password-field";
import type { SigningIn } from "./use-sign-in";

interface PasswordStepProps {
  email: string;
  onEmail: (email: string) => void;
  password: string;
  onPassword: (password: string) => void;
  signing: SigningIn;
}

export function PasswordStep(props: PasswordStepProps) {
  const { refusals, wait, busy, attempt } = props.signing;
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (refusals > 0) field.current?.select();
  }, [refusals]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    attempt();
  };
  return (
    <form onSubmit={submit} className={classes.form}>
      <TextInput
        label="E-mail"
        type="email"
        name="email"
        autoComplete="username"
        required
        withAsterisk={false}
        autoFocus={!props.email}
        value={props.email}
        onChange={(event) => props.onEmail(event.currentTarget.value)}
      />
      <PasswordField
        ref={field}
        label="Password"
        name="password"
        autoComplete="current-password"
        autoFocus={Boolean(props.email)}
        value={props.password}
        onType={props.onPassword}
      />
      <Button type="submit" fullWidth mt={4} loading={busy} disabled={wait > 0}>
        {wait > 0 ? `Wait ${wait} s` : "Sign in"}
      </Button>
    </form>
  );
}
