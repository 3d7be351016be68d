/** Changing one's own password. */

import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { changePassword } from "@/api/account";
import { asProblem } from "@/api/problem";
import type { Account, Session } from "@/api/types";
import { Card } from "@/components/card";
import { NewPassword } from "@/components/new-password";
import { Notice } from "@/components/notice";
import { PasswordField } from "@/components/password-field";
import { isTooShort, tooShortWords } from "@/components/password-length";
import { useCountdown } from "@/components/use-countdown";
import classes from "./account.module.css";

interface PasswordCardProps {
  account: Account;
  /** Called with the session that takes the place of this one. */
  onChanged: (session: Session) => void;
}

/** What is wrong with which field. */
interface Faults {
  current?: string;
  next?: string;
}

export function PasswordCard({ account, onChanged }: PasswordCardProps) {
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [faults, setFaults] = useState<Faults>({});
  const [wait, startWait] = useCountdown();
  const currentField = useRef<HTMLInputElement>(null);
  const nextField = useRef<HTMLInputElement>(null);
  const refuse = (found: Faults) => {
    setFaults(found);
    (found.current ? currentField : nextField).current?.select();
  };
  const changing = useMutation({
    mutationFn: () => changePassword(current, next),
    onSuccess: (session) => {
      setCurrent("");
      setNext("");
      setFaults({});
      notifications.show({
        color: "green",
        title: "Password changed",
        message: "Your other sessions have ended. The change is in the audit log.",
      });
      onChanged(session);
    },
    onError: (thrown) => {
      const problem = asProblem(thrown);
      startWait(problem.retryAfter ?? 0);
      if (problem.kind === "wrong-credentials") {
        refuse({ current: "This is not your current password." });
      } else if (problem.field === "new" || problem.field === "password") {
        refuse({ next: problem.detail });
      }
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (changing.isPending || wait > 0) return;
    const least = account.passwordMinLength;
    if (!current) refuse({ current: "Give your current password." });
    else if (isTooShort(next, least)) refuse({ next: tooShortWords(least) });
    else changing.mutate();
  };
  const problem =
    changing.error && !faults.current && !faults.next ? asProblem(changing.error) : null;
  return (
    <Card title="Password" words="Changing it ends your other sessions.">
      <form onSubmit={submit} className={classes.form} noValidate>
        <PasswordField
          ref={currentField}
          label="Current password"
          name="current-password"
          autoComplete="current-password"
          value={current}
          error={faults.current ?? null}
          onType={(typed) => {
            setCurrent(typed);
            setFaults({});
          }}
        />
        <NewPassword
          ref={nextField}
          email={account.email}
          least={account.passwordMinLength}
          value={next}
          error={faults.next ?? null}
          onType={(typed) => {
            setNext(typed);
            setFaults({});
          }}
        />
        {problem && <Notice tone="danger" title={`${problem.title}.`} detail={problem.detail} />}
        <div>
          <Button type="submit" size="xs" loading={changing.isPending} disabled={wait > 0}>
            {wait > 0 ? `Wait ${wait} s` : "Change password"}
          </Button>
        </div>
      </form>
    </Card>
  );
}
