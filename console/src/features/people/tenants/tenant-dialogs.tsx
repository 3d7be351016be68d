/** The dialogs of the tenants page: one at a time, each about one tenant or a new one. */

import { createTenant, renameTenant, revokeSessionsOfTenant } from "@/api/tenants";
import type { ChangedTenant, TenantRow } from "@/api/types";
import { Dialog } from "@/components/dialog";
import { RevokeAllDialog } from "@/components/revoke-all-dialog";
import { counted } from "@/components/row-count";
import type { Made } from "../changes";
import { PEOPLE } from "../queries";
import { DisableForm } from "./disable-form";
import { NameForm } from "./name-form";
import { keptText } from "./retention";
import { RetentionForm } from "./retention-form";
import type { TenantAction } from "./tenant-row";

/** What the page asks for. */
export type Asking =
  | { action: "create"; tenant: null }
  | { action: TenantAction; tenant: TenantRow };

interface TenantDialogsProps {
  asking: Asking | null;
  onMade: (made: Made) => void;
  onClose: () => void;
}

function titleOf({ action, tenant }: Asking): string {
  if (action === "create") return "New tenant";
  if (action === "rename") return "Rename tenant";
  if (action === "retention") return "Retention";
  return tenant.disabled ? "Enable this tenant?" : "Disable this tenant?";
}

function Form({ asking, onMade, onClose }: TenantDialogsProps & { asking: Asking }) {
  const { action, tenant } = asking;
  const done = (title: string, message: string) => (answer: ChangedTenant) =>
    onMade({ title, message, receipts: answer.receipts, resource: answer.tenant.id });
  if (action === "create") {
    return (
      <NameForm
        name=""
        label="Create tenant"
        words="It gets a log of its own. Invite its first administrator on the users page."
        request={createTenant}
        onDone={(answer) => done("Tenant created", `${answer.tenant.name} has a log now.`)(answer)}
        onCancel={onClose}
      />
    );
  }
  if (action === "rename") {
    return (
      <NameForm
        name={tenant.name}
        label="Rename tenant"
        words="Entries from before keep the name that it had then."
        request={(name) => renameTenant(tenant.id, name)}
        onDone={(answer) =>
          done("Tenant renamed", `${tenant.name} is now ${answer.tenant.name}.`)(answer)
        }
        onCancel={onClose}
      />
    );
  }
  if (action === "retention") {
    return (
      <RetentionForm
        tenant={tenant}
        onDone={(kept) =>
          onMade({
            title: "Retention changed",
            message: `Entries of ${tenant.name} are kept for ${keptText(kept)}.`,
            receipts: [],
          })
        }
        onCancel={onClose}
      />
    );
  }
  const said = tenant.disabled
    ? done("Tenant enabled", `The users of ${tenant.name} can sign in again.`)
    : done("Tenant disabled", `Nobody of ${tenant.name} can sign in any more.`);
  return <DisableForm tenant={tenant} onDone={said} onCancel={onClose} />;
}

export function TenantDialogs(props: TenantDialogsProps) {
  const { asking, onMade, onClose } = props;
  const revoking = asking?.action === "sessions" ? asking.tenant : null;
  return (
    <>
      <Dialog
        title={asking ? titleOf(asking) : ""}
        opened={asking !== null && !revoking}
        onClose={onClose}
        // The page knows the row that the dialog is about.
        returnFocus={false}
      >
        {asking && !revoking && <Form {...props} asking={asking} />}
      </Dialog>
      <RevokeAllDialog
        holder={
          revoking && {
            kind: "tenant",
            id: revoking.id,
            name: revoking.name,
            active: revoking.activeSessions,
          }
        }
        revoke={({ id }, reason) => revokeSessionsOfTenant(id, reason)}
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
