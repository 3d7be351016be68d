/** The second factor of one's own account: off, being set up, or on. */

import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useRef, useState } from "react";
import type { Account } from "@/api/types";
import { Card } from "@/components/card";
import { Notice } from "@/components/notice";
import { ManageFactor } from "./manage-factor";
import { RecoveryCodes } from "./recovery-codes";
import { Setup } from "./setup";
import { useBegin } from "./use-begin";

interface SecondFactorCardProps {
  account: Account;
  /** Called when something about it has changed. */
  onChanged: () => void;
}

function sayRemoved(): void {
  notifications.show({
    color: "green",
    title: "Second factor turned off",
    message: "The change is in the audit log.",
  });
}

export function SecondFactorCard({ account, onChanged }: SecondFactorCardProps) {
  const { begin, busy, enrolment, problem, drop } = useBegin();
  const [codes, setCodes] = useState<string[] | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const on = account.secondFactor.enrolledAt !== null;
  const show = (made: string[]) => {
    setCodes(made);
    drop();
    onChanged();
  };
  const hide = () => {
    setCodes(null);
    heading.current?.focus();
  };
  const idle = !on && !enrolment && !codes;
  return (
    <Card
      title="Second factor"
      words="A code from an authenticator app, asked for beside your password when you sign in."
      headingRef={heading}
      actions={
        idle && (
          <Button size="xs" onClick={begin} loading={busy}>
            Set up
          </Button>
        )
      }
    >
      {problem && <Notice tone="danger" title={`${problem.title}.`} detail={problem.detail} />}
      {codes ? (
        <RecoveryCodes level={3} codes={codes} email={account.email} onKept={hide} />
      ) : enrolment && !on ? (
        <Setup
          enrolment={enrolment}
          onConfirmed={show}
          onCancel={() => {
            drop();
            heading.current?.focus();
          }}
        />
      ) : (
        on && (
          <ManageFactor
            factor={account.secondFactor}
            onCodes={show}
            onRemoved={() => {
              onChanged();
              sayRemoved();
              heading.current?.focus();
            }}
          />
        )
      )}
    </Card>
  );
}
