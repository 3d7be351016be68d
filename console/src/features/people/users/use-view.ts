import { useQuery } from "@tanstack/react-query";
import type { UserFilter, UserPage } from "@/api/types";
import { type ListView, useListView } from "@/components/use-list-view";
import { usersQuery } from "../queries";
import type { UserSearch } from "./search";

export type View = ListView<{ page: UserPage; filter: UserFilter; asked: Date }>;

/** The users on screen. */
export function useView(search: UserSearch): View {
  return useListView(useQuery(usersQuery(search)), search);
}
