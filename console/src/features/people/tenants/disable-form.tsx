/** Shuts a tenant out, or lets it in again: what that does. */

import { disableTenant, enableTenant } from "@/api/tenants";
import type { ChangedTenant, TenantRow } from "@/api/types";
import { ChangeForm } from "@/components/change-form";
import { Consequences } from "@/components/consequences";
import { counted } from "@/components/row-count";
import { useChange } from "@/components/use-change";
import { PEOPLE } from "../queries";

interface DisableFormProps {
  tenant: TenantRow;
  onDone: (answer: ChangedTenant) => void;
  onCancel: () => void;
}

export function DisableForm({ tenant, onDone, onCancel }: DisableFormProps) {
  const enabling = tenant.disabled;
  const change = useChange({
    request: () => (enabling ? enableTenant(tenant.id) : disableTenant(tenant.id)),
    stale: PEOPLE,
    onDone,
  });
  const users = counted(tenant.users, "user", "users");
  const sessions = counted(tenant.activeSessions, "active session", "active sessions");
  return (
    <ChangeForm
      change={change}
      label={enabling ? "Enable tenant" : "Disable tenant"}
      danger={!enabling}
      onSubmit={() => change.send(undefined)}
      onCancel={onCancel}
    >
      <Consequences
        label={enabling ? "Tenant to enable" : "Tenant to disable"}
        facts={[
          ["Tenant", tenant.name],
          ["Has", `${users}, ${sessions}`],
        ]}
        words={
          enabling
            ? [
                "Its users can sign in again, but for those who are disabled themselves.",
                "Sessions that ended stay ended.",
                "This is recorded in the audit log.",
              ]
            : [
                "All its sessions end at once, and none of its users can sign in.",
                "Its log stays as it is and keeps what is recorded for it.",
                "You can enable it again. This is recorded in the audit log.",
              ]
        }
      />
    </ChangeForm>
  );
}
