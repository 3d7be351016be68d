/** The tab: who is signed in and was, over one search, and how a session is ended. */

import { useMemo, useState } from "react";
import { fetchArchive } from "@/api/export";
import { PAGE_SIZE } from "@/api/page";
import type { LoginSession, Tenant } from "@/api/types";
import type { Entries } from "@/components/entries";
import { ExportButton } from "@/components/export-button";
import { FilterChips } from "@/components/filter-chips";
import type { Names } from "@/components/list-chips";
import { hasConditions, withCursor, withToggled } from "@/components/list-search";
import { Listing } from "@/components/listing";
import { useAutoRefresh } from "@/components/use-auto-refresh";
import { chipsOf } from "./chips";
import { EmptySessions } from "./empty-sessions";
import { EndDialogs, type Ending } from "./end-dialogs";
import { VIEW } from "./queries";
import type { SessionSearch } from "./search";
import { SessionFilters } from "./session-filters";
import { SessionsTable } from "./sessions-table";
import { useView, type View } from "./use-view";

export interface SessionsTabProps {
  search: SessionSearch;
  onSearch: (next: SessionSearch, how?: { replace?: boolean }) => void;
  /** The tenants to filter by; null for those who see one alone. */
  tenants: readonly Tenant[] | null;
  mayExport: boolean;
  mayRevoke: boolean;
  /** Shows what was done in a session. */
  onEntries: (session: string) => void;
  /** Who is before the screen. */
  own: string;
  /** Shows entries of the log. */
  onShow: (entries: Entries) => void;
}

function useNames(view: View, tenants: readonly Tenant[] | null): Names {
  const rows = view.page?.items;
  return useMemo(() => {
    const names = new Map<string, string>();
    for (const { id, name } of tenants ?? []) names.set(id, name);
    for (const { user } of rows ?? []) names.set(user.id, user.email);
    return names;
  }, [tenants, rows]);
}

export function SessionsTab(props: SessionsTabProps) {
  const { search, onSearch, tenants } = props;
  const view = useView(search);
  const refresh = useAutoRefresh(VIEW);
  const names = useNames(view, tenants);
  const [ending, setEnding] = useState<Ending | null>(null);
  const { page, filter } = view;
  const clear = () => onSearch({});
  const end = (what: Ending["what"]) =>
    props.mayRevoke ? (session: LoginSession) => setEnding({ what, session }) : undefined;
  return (
    <>
      <Listing
        view={view}
        words={["session", "sessions"]}
        pageSize={PAGE_SIZE}
        refresh={refresh}
        filters={
          <>
            <SessionFilters search={search} onSearch={onSearch} tenants={tenants} />
            <FilterChips chips={chipsOf(search, names)} onSearch={onSearch} cleared={{}} />
          </>
        }
        exporting={
          props.mayExport && (
            <ExportButton
              fetchArchive={
                filter && ((onBytes, signal) => fetchArchive("sessions", filter, onBytes, signal))
              }
              total={view.old ? undefined : page?.total}
              nothing="no session passes these filters"
            />
          )
        }
        empty={
          <EmptySessions reason={hasConditions(search) ? "filters" : "never"} onClear={clear} />
        }
        refused={<EmptySessions reason="no-permission" onClear={clear} />}
        paged={search.cursor !== undefined}
        onCursor={(cursor) => onSearch(withCursor(search, cursor))}
        onClear={clear}
      >
        <SessionsTable
          view={view}
          open={search.open ?? []}
          onToggle={(id) => onSearch(withToggled(search, id), { replace: true })}
          onUser={(user) => onSearch({ user })}
          onEntries={props.onEntries}
          onRevoke={end("one")}
          onRevokeAll={end("all")}
        />
      </Listing>
      <EndDialogs
        ending={ending}
        own={props.own}
        onClose={() => setEnding(null)}
        onShow={props.onShow}
      />
    </>
  );
}
