/** Says what revoking does, and asks why. */

import { revokeSession } from "@/api/sessions";
import type { LoginSession } from "@/api/types";
import { ChangeForm } from "@/components/change-form";
import { Consequences } from "@/components/consequences";
import { Dialog } from "@/components/dialog";
import { Notice } from "@/components/notice";
import { ReasonField, useReason } from "@/components/reason-field";
import { Timestamp } from "@/components/timestamp";
import { useChange } from "@/components/use-change";
import { userAgentText } from "@/components/user-agent";
import { VIEW } from "./queries";

function placeOf({ client }: LoginSession): string {
  const program = client.userAgent ? userAgentText(client.userAgent) : "Unknown program";
  return client.ip ? `${program}, ${client.ip}` : program;
}

interface RevokeFormProps {
  session: LoginSession;
  onRevoked: (session: LoginSession, receipt: { id: string }) => void;
  onCancel: () => void;
}

function RevokeForm({ session, onRevoked, onCancel }: RevokeFormProps) {
  const reason = useReason();
  const revocation = useChange({
    request: (said: string) => revokeSession(session.id, said),
    stale: [VIEW],
    onDone: ({ receipt }) => onRevoked(session, receipt),
  });
  const submit = () => {
    const said = reason.given();
    if (said !== null) revocation.send(said);
  };
  return (
    <ChangeForm
      change={revocation}
      label="Revoke session"
      danger
      onSubmit={submit}
      onCancel={onCancel}
    >
      <Consequences
        label="Session to revoke"
        facts={[
          ["User", session.user.email],
          ["From", placeOf(session)],
          ["Created", <Timestamp key="created" instant={session.createdAt} />],
        ]}
        words={[
          "It ends at once: the next request with it is refused.",
          "It can’t be undone. The user can sign in again.",
          "The revocation and your reason are recorded in the audit log.",
        ]}
      />
      {session.current && (
        <Notice
          tone="danger"
          title="This is your own session."
          detail="Revoking it signs you out."
        />
      )}
      <ReasonField reason={reason} placeholder="Laptop reported stolen" />
    </ChangeForm>
  );
}

interface RevokeDialogProps {
  /** The session to revoke; null while there is none. */
  session: LoginSession | null;
  onClose: () => void;
  onRevoked: (session: LoginSession, receipt: { id: string }) => void;
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
