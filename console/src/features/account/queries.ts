/** What is asked about one's own account. */

import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { fetchAccount, fetchOwnSessions } from "@/api/account";
import type { SessionSearch } from "./search";

export const ACCOUNT = ["account"];
export const OWN_SESSIONS = ["own-sessions"];

export const accountQuery = queryOptions({
  queryKey: ACCOUNT,
  queryFn: ({ signal }) => fetchAccount(signal),
});

export function ownSessionsQuery({ past, cursor }: SessionSearch) {
  return queryOptions({
    queryKey: [...OWN_SESSIONS, { past, cursor }],
    queryFn: ({ signal }) => fetchOwnSessions(past ? {} : { status: "active" }, cursor, signal),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
}
