/** Says what revoking does, and asks why. */

import { Button, Textarea } from "@mantine/core";
import { type FormEvent, useRef, useState } from "react";
import type { LoginSession } from "@/api/types";
import { Dialog } from "@/components/dialog";
import dialogClasses from "@/components/dialog.module.css";
import { Notice } from "@/components/notice";
import { Timestamp } from "@/components/timestamp";
import { userAgentText } from "@/components/user-agent";
import classes from "./revoke-dialog.module.css";
import { useRevocation } from "./use-revocation";

const SHORTEST = 3;
const LONGEST = 500;

function Consequences({ session }: { session: LoginSession }) {
  return (
    <>
      <dl className={classes.facts} aria-label="Session to revoke">
        <dt>User</dt>
        <dd>{session.user.email}</dd>
        <dt>From</dt>
        <dd>
          {session.client.userAgent ? userAgentText(session.client.userAgent) : "Unknown program"}
          {session.client.ip && `, ${session.client.ip}`}
        </dd>
        <dt>Created</dt>
        <dd>
          <Timestamp instant={session.createdAt} />
        </dd>
      </dl>
      <ul className={classes.words}>
        <li>It ends at once: the next request with it is refused.</li>
        <li>It can’t be undone. The user can sign in again.</li>
        <li>The revocation and your reason are recorded in the audit log.</li>
      </ul>
      {session.current && (
        <Notice
          tone="danger"
          title="This is your own session."
          detail="Revoking it signs you out."
        />
      )}
    </>
  );
}

interface RevokeFormProps {
  session: LoginSession;
  onRevoked: (session: LoginSession) => void;
  onCancel: () => void;
}

function RevokeForm({ session, onRevoked, onCancel }: RevokeFormProps) {
  const [reason, setReason] = useState("");
  const [tooShort, setTooShort] = useState(false);
  const reasonField = useRef<HTMLTextAreaElement>(null);
  const { revoke, problem, wait, busy } = useRevocation(session, onRevoked);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (busy || wait > 0) return;
    const said = reason.trim();
    setTooShort(said.length < SHORTEST);
    if (said.length < SHORTEST) reasonField.current?.focus();
    else revoke(said);
  };
  return (
    <form onSubmit={submit} className={dialogClasses.form} noValidate>
      <Consequences session={session} />
      <Textarea
        ref={reasonField}
        label="Reason"
        description={`${SHORTEST} to ${LONGEST} characters. Whoever may see the log can read it.`}
        placeholder="Laptop reported stolen"
        required
        withAsterisk={false}
        data-autofocus
        autosize
        minRows={2}
        maxRows={6}
        maxLength={LONGEST}
        value={reason}
        error={tooShort && `Give a reason of at least ${SHORTEST} characters.`}
        onChange={(event) => {
          setReason(event.currentTarget.value);
          setTooShort(false);
        }}
      />
      {problem && <Notice tone="danger" title={`${problem.title}.`} detail={problem.detail} />}
      <div className={dialogClasses.actions}>
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" className={dialogClasses.danger} loading={busy} disabled={wait > 0}>
          {wait > 0 ? `Wait ${wait} s` : "Revoke session"}
        </Button>
      </div>
    </form>
  );
}

interface RevokeDialogProps {
  /** The session to revoke; null while there is none. */
  session: LoginSession | null;
  onClose: () => void;
  onRevoked: (session: LoginSession) => void;
}

export function RevokeDialog({ session, onClose, onRevoked }: RevokeDialogProps) {
  return (
    <Dialog
      title="Revoke this session?"
      opened={session !== null}
      onClose={onClose}
      // The tab knows better: the button that opened it is gone when the session is revoked.
      returnFocus={false}
    >
      {session && (
        <RevokeForm key={session.id} session={session} onRevoked={onRevoked} onCancel={onClose} />
      )}
    </Dialog>
  );
}
