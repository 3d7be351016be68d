/** How long a tenant's entries are kept, among what is known of it. */

import { useQuery } from "@tanstack/react-query";
import { asProblem } from "@/api/problem";
import { Fact } from "@/components/facts";
import { counted } from "@/components/row-count";
import { retentionQuery } from "../queries";
import { keptText } from "./retention";

export function KeptFact({ tenant }: { tenant: string }) {
  const { data, error } = useQuery(retentionQuery(tenant));
  const purged = data && data.purged > 0 && `${counted(data.purged, "entry", "entries")} purged`;
  return (
    <Fact label="Kept for">
      {data && keptText(data)}
      {purged && `; ${purged}`}
      {!data && (error ? asProblem(error).title : "…")}
    </Fact>
  );
}
