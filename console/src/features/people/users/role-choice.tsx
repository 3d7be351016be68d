/** One role of a few, each with what it allows. */

import { Radio, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { RoleName } from "@/api/types";
import { oneOf } from "@/components/parameters";
import { roleLabel } from "@/components/roles";
import { rolesQuery } from "../queries";

interface RoleChoiceProps {
  roles: readonly RoleName[];
  value: RoleName;
  error?: string | undefined;
  onChoose: (role: RoleName) => void;
}

export function RoleChoice({ roles, value, error, onChoose }: RoleChoiceProps) {
  const { data } = useQuery(rolesQuery);
  const description = (id: string) => data?.find((role) => role.id === id)?.description;
  return (
    <Radio.Group
      label="Role"
      value={value}
      error={error}
      onChange={(chosen) => {
        const role = oneOf(chosen, roles);
        if (role) onChoose(role);
      }}
    >
      <Stack gap={8} mt={6}>
        {roles.map((role) => (
          <Radio
            key={role}
            value={role}
            label={roleLabel(role)}
            description={description(role)}
            {...(role === value ? { "data-autofocus": true } : {})}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}
