/** The dialogs of the users page: one at a time, each about one user or a new one. */

import { type ReactNode, useState } from "react";
import type { Session, User, UserLink } from "@/api/types";
import { revokeSessionsOfUser } from "@/api/users";
import { Dialog } from "@/components/dialog";
import { RevokeAllDialog } from "@/components/revoke-all-dialog";
import { roleLabel } from "@/components/roles";
import { counted } from "@/components/row-count";
import type { Made } from "../changes";
import { PEOPLE } from "../queries";
import type { UserAction } from "./actions";
import { AssumeForm } from "./assume-form";
import { ConfirmForm } from "./confirm-form";
import { DisableForm } from "./disable-form";
import { EditForm } from "./edit-form";
import { InviteForm } from "./invite-form";
import { LinkShown } from "./link-shown";
import { type Asked, QUESTIONS } from "./questions";
import { RoleForm } from "./role-form";

/** What the page asks for. */
export type Asking = { action: "invite"; user: null } | { action: UserAction; user: User };

interface UserDialogsProps {
  asking: Asking | null;
  /** The tenants to choose from; null for those who invite into their own. */
  tenants: readonly { id: string; name: string }[] | null;
  /** The tenant that the page is filtered by. */
  tenant: string | undefined;
  /** Who is before the screen. */
  own: string;
  onMade: (made: Made) => void;
  onAssumed: (session: Session) => void;
  onClose: () => void;
}

/** A link to show, after which the page says what was made. */
interface Shown {
  user: User;
  link: UserLink;
  made: Made;
}

const TITLES: Partial<Record<Asking["action"], string>> = {
  invite: "Invite a user",
  edit: "Edit user",
  role: "Change role",
  disable: "Disable this user?",
  assume: "Assume identity",
};

function titleOf({ action }: Asking): string {
  return TITLES[action] ?? QUESTIONS[action as Asked]?.title ?? "";
}

export function UserDialogs(props: UserDialogsProps) {
  const { asking, onMade, onClose } = props;
  const [shown, setShown] = useState<Shown | null>(null);
  const made = (user: User, [title, message]: [string, string], receipts: Made["receipts"]) => ({
    title,
    message,
    receipts,
    resource: user.id,
  });

  const finish = (what: Made, user: User, link: UserLink | null) => {
    if (link) setShown({ user, link, made: what });
    else onMade(what);
  };

  const form = (): ReactNode => {
    if (!asking) return null;
    const { action, user } = asking;
    const ways = { onCancel: onClose };
    if (action === "invite") {
      return (
        <InviteForm
          {...ways}
          tenants={props.tenants}
          tenant={props.tenant}
          onDone={({ user: fresh, link, receipts }) => {
            const message = `${fresh.email} can set a password now.`;
            // One entry is about the user, one about the role.
            finish({ title: "User invited", message, receipts }, fresh, link);
          }}
        />
      );
    }
    const about = { ...ways, user };
    const done = (words: [string, string]) => (answer: { receipts: Made["receipts"] }) =>
      onMade(made(user, words, answer.receipts));
    switch (action) {
      case "edit":
        return (
          <EditForm {...about} onDone={done(["User changed", `${user.email} has a new name.`])} />
        );
      case "role":
        return (
          <RoleForm
            {...about}
            onDone={({ user: now, receipts }) => {
              const message = `${user.email} is now ${roleLabel(now.role)}.`;
              // The entries are about the roles, not about the user.
              onMade({ title: "Role changed", message, receipts });
            }}
          />
        );
      case "disable":
        return (
          <DisableForm
            {...about}
            onDone={done(["User disabled", `${user.email} can’t sign in any more.`])}
          />
        );
      case "assume":
        return <AssumeForm {...about} onAssumed={props.onAssumed} />;
      case "sessions":
        return null;
      default:
        return (
          <ConfirmForm
            {...about}
            question={QUESTIONS[action]}
            onDone={({ link, receipts }) =>
              finish(made(user, QUESTIONS[action].done(user), receipts), user, link)
            }
          />
        );
    }
  };

  const close = () => {
    if (!shown) return onClose();
    setShown(null);
    onMade(shown.made);
  };
  const revoking = asking?.action === "sessions" ? asking.user : null;
  return (
    <>
      <Dialog
        title={shown ? shown.made.title : asking ? titleOf(asking) : ""}
        opened={asking !== null && !revoking}
        onClose={close}
        // The page knows the row that the dialog is about.
        returnFocus={false}
      >
        {shown ? <LinkShown user={shown.user} link={shown.link} onClose={close} /> : form()}
      </Dialog>
      <RevokeAllDialog
        holder={
          revoking && {
            kind: "user",
            id: revoking.id,
            name: revoking.email,
            active: revoking.activeSessions,
            own: revoking.id === props.own,
          }
        }
        revoke={({ id }, reason) => revokeSessionsOfUser(id, reason)}
        stale={PEOPLE}
        onRevoked={({ name }, { revoked, receipts }) => {
          const message = `${counted(revoked, "session", "sessions")} of ${name} ended.`;
          onMade({ title: "Sessions revoked", message, receipts });
        }}
        onClose={onClose}
      />
    </>
  );
}
