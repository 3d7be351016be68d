/** The dialogs that end sessions: one of them, or all of its user. */

import type { LoginSession } from "@/api/types";
import { revokeSessionsOfUser } from "@/api/users";
import { sayDone } from "@/components/done";
import { type Entries, entriesOf } from "@/components/entries";
import { RevokeAllDialog } from "@/components/revoke-all-dialog";
import { counted } from "@/components/row-count";
import { focusRow } from "@/components/table-row";
import { VIEW } from "./queries";
import { RevokeDialog } from "./revoke-dialog";

/** What the tab asks for. */
export interface Ending {
  what: "one" | "all";
  /** The session, or one of the user's. */
  session: LoginSession;
}

interface EndDialogsProps {
  ending: Ending | null;
  /** Who is before the screen. */
  own: string;
  onClose: () => void;
  /** Shows entries of the log. */
  onShow: (entries: Entries) => void;
}

export function EndDialogs({ ending, own, onClose, onShow }: EndDialogsProps) {
  const one = ending?.what === "one" ? ending.session : null;
  const all = ending?.what === "all" ? ending.session : null;
  // The button that opened the dialog is on its way out when its session has ended.
  const close = (control: "data-action" | "data-expander") => {
    if (ending) focusRow(ending.session.id, control);
    onClose();
  };
  const say = (title: string, message: string, receipts: readonly { id: string }[]) => {
    sayDone({ title, message, onEntry: () => onShow(entriesOf(receipts)) });
  };
  return (
    <>
      <RevokeDialog
        session={one}
        onClose={() => close("data-action")}
        onRevoked={({ user, current }, receipt) => {
          close("data-expander");
          if (!current) say("Session revoked", `${user.email} is signed out there.`, [receipt]);
        }}
      />
      <RevokeAllDialog
        holder={
          all && {
            kind: "user",
            id: all.user.id,
            name: all.user.email,
            own: all.user.id === own,
          }
        }
        revoke={({ id }, reason) => revokeSessionsOfUser(id, reason)}
        stale={[VIEW]}
        onRevoked={({ name }, { revoked, receipts }) => {
          close("data-expander");
          const sessions = counted(revoked, "session", "sessions");
          if (all?.user.id !== own)
            say("Sessions revoked", `${sessions} of ${name} ended.`, receipts);
        }}
        onClose={() => close("data-expander")}
      />
    </>
  );
}
