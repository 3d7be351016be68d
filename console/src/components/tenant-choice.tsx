/** A tenant to filter by, for those who see more than one. */

import { Choice } from "./choice";

interface TenantChoiceProps {
  /** The tenants to filter by; null for those who see one alone. */
  tenants: readonly { id: string; name: string }[] | null;
  value: string | undefined;
  onChoose: (tenant: string | undefined) => void;
}

export function TenantChoice({ tenants, value, onChoose }: TenantChoiceProps) {
  if (!tenants) return null;
  const options = tenants.map(({ id, name }) => ({ value: id, label: name }));
  return (
    <Choice label="Tenant" any="All tenants" options={options} value={value} onChoose={onChoose} />
  );
}
