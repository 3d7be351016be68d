import { useQuery } from "@tanstack/react-query";
import type { SessionFilter, SessionPage } from "@/api/types";
import { type ListView, useListView } from "@/components/use-list-view";
import { pageQuery } from "./queries";
import type { SessionSearch } from "./search";

export type View = ListView<{ page: SessionPage; filter: SessionFilter; asked: Date }>;

/** The sessions on screen. */
export function useView(search: SessionSearch): View {
  return useListView(useQuery(pageQuery(search)), search);
}
