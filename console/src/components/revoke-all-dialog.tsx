/** Ends all sessions of a user or a tenant: what that does, and why. */

import type { QueryKey } from "@tanstack/react-query";
import { ChangeForm } from "./change-form";
import { Consequences } from "./consequences";
import { Dialog } from "./dialog";
import { Notice } from "./notice";
import { ReasonField, useReason } from "./reason-field";
import { counted } from "./row-count";
import { useChange } from "./use-change";

/** Whose sessions. */
export interface Holder {
  kind: "user" | "tenant";
  id: string;
  /** The e-mail address, or the tenant's name. */
  name: string;
  /** How many are active, where that is known. */
  active?: number;
  /** One's own session is among them. */
  own?: boolean;
}

/** How many there were, and the entries about them. */
export interface Revoked {
  revoked: number;
  receipts: readonly { id: string }[];
}

interface RevokeAllProps {
  revoke: (holder: Holder, reason: string) => Promise<Revoked>;
  stale: readonly QueryKey[];
  onRevoked: (holder: Holder, sessions: Revoked) => void;
  onClose: () => void;
}

function RevokeAllForm({ holder, ...props }: RevokeAllProps & { holder: Holder }) {
  const reason = useReason();
  const revocation = useChange({
    request: (said: string) => props.revoke(holder, said),
    stale: props.stale,
    onDone: (sessions) => props.onRevoked(holder, sessions),
  });
  const { active } = holder;
  return (
    <ChangeForm
      change={revocation}
      label="Revoke all sessions"
      danger
      onSubmit={() => {
        const said = reason.given();
        if (said !== null) revocation.send(said);
      }}
      onCancel={props.onClose}
    >
      <Consequences
        label="Whose sessions"
        facts={[
          [holder.kind === "user" ? "User" : "Tenant", holder.name],
          ...(active === undefined
            ? []
            : [["Now", counted(active, "active session", "active sessions")] as const]),
        ]}
        words={[
          holder.kind === "user"
            ? "All of them end at once, on every device."
            : "The sessions of all its users end at once, on every device.",
          "It can’t be undone. Who may sign in can sign in again.",
          "Each revocation is an entry of its own, with your reason.",
        ]}
      />
      {holder.own && (
        <Notice
          tone="danger"
          title="Your own session is among them."
          detail="You are signed out."
        />
      )}
      <ReasonField reason={reason} placeholder="Credentials found in a public paste" />
    </ChangeForm>
  );
}

export function RevokeAllDialog({ holder, ...props }: RevokeAllProps & { holder: Holder | null }) {
  return (
    <Dialog
      title="Revoke all sessions?"
      opened={holder !== null}
      onClose={props.onClose}
      returnFocus={false}
    >
      {holder && <RevokeAllForm key={holder.id} holder={holder} {...props} />}
    </Dialog>
  );
}
