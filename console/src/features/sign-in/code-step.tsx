/** The second step: a code of the authenticator app, or a recovery code in its place. */

import { Anchor, Button, TextInput } from "@mantine/core";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { CodeField } from "@/components/code-field";
import codeClasses from "@/components/code-field.module.css";
import { recoveryCode } from "@/components/codes";
import classes from "@/components/door.module.css";
import type { SigningIn } from "./use-sign-in";

interface CodeStepProps {
  email: string;
  recovery: boolean;
  signing: SigningIn;
}

export function CodeStep({ email, recovery, signing }: CodeStepProps) {
  const { wait, busy, refusals, attempt, go } = signing;
  const [code, setCode] = useState("");
  const field = useRef<HTMLInputElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each refusal gives the field back
  useEffect(() => field.current?.select(), [refusals]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    attempt(recovery ? recoveryCode(code) : code);
  };
  return (
    <form onSubmit={submit} className={classes.form}>
      <p className={classes.words}>
        {recovery
          ? "One of the ten codes that you kept when you set up your second factor, for "
          : "Your authenticator app shows it, for "}
        <strong>{email}</strong>
      </p>
      {recovery ? (
        <TextInput
          ref={field}
          label="Recovery code"
          description="Two groups of five. Each code counts once."
          name="recovery-code"
          autoComplete="off"
          autoCapitalize="off"
          autoCorrect="off"
          spellCheck={false}
          required
          withAsterisk={false}
          autoFocus
          maxLength={40}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          classNames={{ input: codeClasses.recovery }}
        />
      ) : (
        <CodeField
          ref={field}
          label="Six-digit code"
          description="It is checked as soon as it is whole."
          autoFocus
          value={code}
          onType={setCode}
          onWhole={attempt}
        />
      )}
      <Button type="submit" fullWidth mt={4} loading={busy} disabled={wait > 0}>
        {wait > 0 ? `Wait ${wait} s` : "Sign in"}
      </Button>
      <div className={classes.ways}>
        <Anchor
          component="button"
          type="button"
          size="sm"
          onClick={() => go(recovery ? "code" : "recovery")}
        >
          {recovery ? "Use a code of the app" : "Use a recovery code"}
        </Anchor>
        <Anchor component="button" type="button" size="sm" onClick={() => go("password")}>
          Back
        </Anchor>
      </div>
    </form>
  );
}
