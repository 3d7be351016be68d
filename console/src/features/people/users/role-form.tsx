/** Another role for a user, which ends what they do with the old one. */

import { useState } from "react";
import type { ChangedUser, RoleName, User } from "@/api/types";
import { changeUser } from "@/api/users";
import { ChangeForm } from "@/components/change-form";
import { Consequences } from "@/components/consequences";
import { oneOf } from "@/components/parameters";
import { useChange } from "@/components/use-change";
import { PEOPLE } from "../queries";
import { factsOf } from "./confirm-form";
import { RoleChoice } from "./role-choice";

/** The roles of those who belong to a tenant. */
const ROLES = ["admin", "viewer"] as const;

interface RoleFormProps {
  user: User;
  onDone: (answer: ChangedUser) => void;
  onCancel: () => void;
}

export function RoleForm({ user, onDone, onCancel }: RoleFormProps) {
  const [role, setRole] = useState<RoleName>(oneOf(user.role, ROLES) ?? "viewer");
  const change = useChange({
    request: (wanted: RoleName) => changeUser(user.id, { role: wanted }),
    stale: PEOPLE,
    onDone,
  });
  return (
    <ChangeForm
      change={change}
      label="Change role"
      onSubmit={() => (role === user.role ? onCancel() : change.send(role))}
      onCancel={onCancel}
    >
      <Consequences
        label="User"
        facts={factsOf(user)}
        words={[
          "Their sessions end at once; they sign in again with the new role.",
          "The log gets two entries: one role taken away, one given.",
        ]}
      />
      <RoleChoice roles={ROLES} value={role} onChoose={setRole} />
    </ChangeForm>
  );
}
