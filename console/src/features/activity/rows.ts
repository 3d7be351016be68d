/** What every row of the table is given. */

import type { ReactNode } from "react";
import type { Entry } from "@/api/types";
import type { Names } from "@/components/list-chips";
import type { Dates } from "./chips";
import type { ActivitySearch } from "./search";

export interface RowsProps {
  search: ActivitySearch;
  dates: Dates;
  names: Names;
  /** Whether there are entries of more than one tenant. */
  manyTenants: boolean;
  onToggle: (id: string) => void;
  onSearch: (next: ActivitySearch) => void;
  proof: ((entry: Entry) => ReactNode) | undefined;
}
