/** The page: who has an account, over one search, and what is changed about it. */

import { Button } from "@mantine/core";
import { IconUserPlus, IconUsers } from "@tabler/icons-react";
import { useMemo, useRef, useState } from "react";
import { PAGE_SIZE } from "@/api/page";
import type { Session } from "@/api/types";
import type { Entries } from "@/components/entries";
import { FilterChips } from "@/components/filter-chips";
import { hasConditions, withCursor, withToggled } from "@/components/list-search";
import { Listing } from "@/components/listing";
import { filteredOut, NoRows, notYours } from "@/components/no-rows";
import { PageHead } from "@/components/page-head";
import { focusRow } from "@/components/table-row";
import { useAutoRefresh } from "@/components/use-auto-refresh";
import { type Made, sayMade } from "../changes";
import { USERS } from "../queries";
import type { Administrator } from "./actions";
import { chipsOf } from "./chips";
import type { UserSearch } from "./search";
import { useView } from "./use-view";
import { type Asking, UserDialogs } from "./user-dialogs";
import { UserFilters } from "./user-filters";
import { UsersTable } from "./users-table";

export interface UsersPageProps {
  search: UserSearch;
  onSearch: (next: UserSearch, how?: { replace?: boolean }) => void;
  by: Administrator;
  /** The tenants to filter by; null for those who see one alone. */
  tenants: readonly { id: string; name: string }[] | null;
  /** Shows entries of the log. */
  onEntries: (entries: Entries) => void;
  /** Shows what a user did. */
  onActivity: (user: string) => void;
  /** Shows the sessions of a user; absent for those who may not see sessions. */
  onSessions: ((user: string) => void) | undefined;
  /** The browser acts as somebody else now. */
  onAssumed: (session: Session) => void;
}

const NEVER = {
  icon: <IconUsers size={22} />,
  title: "No users yet",
  words: "Who is invited becomes a row here.",
};

export function UsersPage(props: UsersPageProps) {
  const { search, onSearch, tenants, by, onEntries } = props;
  const view = useView(search);
  const refresh = useAutoRefresh(USERS);
  const names = useMemo(
    () => new Map((tenants ?? []).map(({ id, name }) => [id, name])),
    [tenants],
  );
  const [asking, setAsking] = useState<Asking | null>(null);
  const inviting = useRef<HTMLButtonElement>(null);
  const clear = () => onSearch({});
  const close = () => {
    if (asking?.user) focusRow(asking.user.id, "data-action");
    else inviting.current?.focus();
    setAsking(null);
  };
  const made = (what: Made) => {
    close();
    sayMade(what, onEntries);
  };
  return (
    <>
      <PageHead
        title="Users"
        action={
          by.mayChange && (
            <Button
              ref={inviting}
              size="compact-sm"
              h={30}
              px={12}
              leftSection={<IconUserPlus size={16} aria-hidden />}
              onClick={() => setAsking({ action: "invite", user: null })}
            >
              Invite user
            </Button>
          )
        }
      />
      <Listing
        view={view}
        words={["user", "users"]}
        pageSize={PAGE_SIZE}
        refresh={refresh}
        filters={
          <>
            <UserFilters search={search} onSearch={onSearch} tenants={tenants} />
            <FilterChips chips={chipsOf(search, names)} onSearch={onSearch} cleared={{}} />
          </>
        }
        exporting={null}
        empty={
          hasConditions(search) ? (
            <NoRows lack={filteredOut("user")} ways={[{ label: "Clear all filters", go: clear }]} />
          ) : (
            <NoRows lack={NEVER} />
          )
        }
        refused={<NoRows lack={notYours("users")} />}
        cursor={search.cursor}
        onCursor={(cursor) => onSearch(withCursor(search, cursor))}
        onClear={clear}
      >
        <UsersTable
          view={view}
          by={by}
          tenants={tenants !== null}
          open={search.open ?? []}
          onToggle={(id) => onSearch(withToggled(search, id), { replace: true })}
          onAction={(action, user) => setAsking({ action, user })}
          onEntries={(user, how) =>
            how === "about" ? onEntries({ resource: user }) : props.onActivity(user)
          }
          onSessions={props.onSessions}
        />
      </Listing>
      <UserDialogs
        asking={asking}
        tenants={tenants}
        tenant={search.tenant}
        own={by.id}
        onMade={made}
        onAssumed={(session) => {
          setAsking(null);
          props.onAssumed(session);
        }}
        onClose={close}
      />
    </>
  );
}
