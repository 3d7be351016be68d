/** Setting up a second factor: scan, type the first code, keep the recovery codes. */

import { Anchor, Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { confirmSecondFactor } from "@/api/account";
import { asProblem } from "@/api/problem";
import type { Enrolment } from "@/api/types";
import { CodeField } from "@/components/code-field";
import { CopyButton } from "@/components/copy-button";
import { Notice } from "@/components/notice";
import { useStepUp } from "@/components/step-up";
import { inGroups } from "./qr-code";
import { QrImage } from "./qr-image";
import classes from "./setup.module.css";

function Pairing({ enrolment }: { enrolment: Enrolment }) {
  return (
    <>
      <p>Scan this with an authenticator app, or add the key to it by hand.</p>
      <QrImage svg={enrolment.qr} />
      <span className={classes.label}>Key</span>
      <div className={classes.key}>
        <code>{inGroups(enrolment.secret)}</code>
        <CopyButton value={enrolment.secret} label="Copy key" />
      </div>
      <Anchor href={enrolment.uri} size="sm" className={classes.open}>
        Open in an app on this device
      </Anchor>
    </>
  );
}

interface SetupProps {
  enrolment: Enrolment;
  onConfirmed: (recoveryCodes: string[]) => void;
  onCancel?: (() => void) | undefined;
}

export function Setup({ enrolment, onConfirmed, onCancel }: SetupProps) {
  const [code, setCode] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const stepUp = useStepUp();
  const confirming = useMutation({
    mutationFn: (shown: string) => stepUp(() => confirmSecondFactor(shown)),
    onSuccess: onConfirmed,
    onError: () => field.current?.select(),
  });
  const send = (shown: string) => {
    if (!confirming.isPending) confirming.mutate(shown);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send(code);
  };
  const problem = confirming.error ? asProblem(confirming.error) : null;
  const wrong = problem?.field === "code" || problem?.kind === "wrong-credentials";
  return (
    <ol className={classes.steps}>
      <li>
        <Pairing enrolment={enrolment} />
      </li>
      <li>
        <p>Type the code that the app shows now.</p>
        <form onSubmit={submit} className={classes.form}>
          <CodeField
            ref={field}
            label="Six-digit code"
            description="It is checked as soon as it is whole."
            autoFocus
            value={code}
            error={wrong && "Wrong code. Is the clock of the device right? Try the next code."}
            onType={setCode}
            onWhole={send}
          />
          {problem && !wrong && (
            <Notice tone="danger" title={`${problem.title}.`} detail={problem.detail} />
          )}
          <div className={classes.actions}>
            <Button type="submit" loading={confirming.isPending}>
              Turn on
            </Button>
            {onCancel && (
              <Button variant="default" onClick={onCancel}>
                Cancel
              </Button>
            )}
          </div>
        </form>
      </li>
    </ol>
  );
}
