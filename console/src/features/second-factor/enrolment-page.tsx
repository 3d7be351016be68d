/** For an account that has to have a second factor before anything else. */

import { Anchor, Button } from "@mantine/core";
import { useState } from "react";
import { Door } from "@/components/door";
import doorClasses from "@/components/door.module.css";
import { Notice } from "@/components/notice";
import { RecoveryCodes } from "./recovery-codes";
import { Setup } from "./setup";
import { useBegin } from "./use-begin";

interface EnrolmentPageProps {
  mark: string;
  email: string;
  /** Called when it is set up and the recovery codes are kept. */
  onDone: () => void;
  onSignOut: () => void;
}

export function EnrolmentPage({ mark, email, onDone, onSignOut }: EnrolmentPageProps) {
  const { begin, busy, enrolment, problem, drop } = useBegin();
  const [codes, setCodes] = useState<string[] | null>(null);
  return (
    <Door
      mark={mark}
      title={codes ? "Your second factor is on" : "Set up your second factor"}
      wide
      note={
        <>
          Signed in as {email}.{" "}
          <Anchor component="button" type="button" size="xs" onClick={onSignOut}>
            Sign out
          </Anchor>
        </>
      }
    >
      {codes ? (
        <RecoveryCodes level={2} codes={codes} email={email} onKept={onDone} />
      ) : (
        <>
          <p className={doorClasses.words}>
            Your account has to have one before you can go on: a code beside the password, from an
            authenticator app on your phone or in your password manager. It takes a minute.
          </p>
          {problem && <Notice tone="danger" title={`${problem.title}.`} detail={problem.detail} />}
          {enrolment ? (
            <Setup enrolment={enrolment} onConfirmed={setCodes} onCancel={drop} />
          ) : (
            <Button onClick={begin} loading={busy} autoFocus>
              Begin
            </Button>
          )}
        </>
      )}
    </Door>
  );
}
