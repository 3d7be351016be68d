/** A new user: who it is and what they may do. They choose the password themselves. */

import { Select, TextInput } from "@mantine/core";
import { useState } from "react";
import type { ChangedUser } from "@/api/types";
import { inviteUser } from "@/api/users";
import { ChangeForm, refusalOf } from "@/components/change-form";
import { ROLES } from "@/components/roles";
import { selectText } from "@/components/select-text";
import { useChange } from "@/components/use-change";
import { PEOPLE } from "../queries";
import { type Draft, faultsOf, newUserOf } from "./draft";
import { RoleChoice } from "./role-choice";

const FIELDS = ["email", "name", "role", "tenant"];

interface InviteFormProps {
  /** The tenants to choose from; null for those who invite into their own. */
  tenants: readonly { id: string; name: string }[] | null;
  /** The tenant that the page is filtered by. */
  tenant: string | undefined;
  onDone: (answer: ChangedUser) => void;
  onCancel: () => void;
}

export function InviteForm({ tenants, tenant, onDone, onCancel }: InviteFormProps) {
  const [draft, setDraft] = useState<Draft>({
    email: "",
    name: "",
    role: "viewer",
    tenant: tenant ?? null,
  });
  const [tried, setTried] = useState(false);
  const change = useChange({ request: inviteUser, stale: PEOPLE, onDone });
  const faults = faultsOf(draft, tenants !== null);
  const set = (patch: Partial<Draft>) => setDraft({ ...draft, ...patch });
  const fault = (field: keyof Draft) =>
    (tried && faults[field]) || refusalOf(change.refusal, field) || undefined;
  const submit = () => {
    setTried(true);
    const [first] = Object.keys(faults);
    if (first) document.getElementsByName(`new-${first}`)[0]?.focus();
    else change.send(newUserOf(draft));
  };
  return (
    <ChangeForm
      change={change}
      label="Invite user"
      fields={FIELDS}
      onSubmit={submit}
      onCancel={onCancel}
    >
      <TextInput
        label="E-mail"
        name="new-email"
        type="email"
        autoComplete="off"
        data-autofocus
        maxLength={254}
        value={draft.email}
        error={fault("email")}
        onChange={(event) => set({ email: event.currentTarget.value })}
      />
      <TextInput
        label="Name"
        name="new-name"
        autoComplete="off"
        maxLength={100}
        value={draft.name}
        error={fault("name")}
        onChange={(event) => set({ name: event.currentTarget.value })}
      />
      <RoleChoice
        roles={tenants ? ROLES : ROLES.filter((role) => role !== "super_admin")}
        value={draft.role}
        error={fault("role")}
        onChoose={(role) => set({ role })}
      />
      {tenants && draft.role !== "super_admin" && (
        <Select
          label="Tenant"
          name="new-tenant"
          placeholder="Choose a tenant"
          data={tenants.map(({ id, name }) => ({ value: id, label: name }))}
          searchable={tenants.length > 12}
          onClick={selectText}
          value={draft.tenant}
          error={fault("tenant")}
          onChange={(chosen) => set({ tenant: chosen })}
        />
      )}
    </ChangeForm>
  );
}
