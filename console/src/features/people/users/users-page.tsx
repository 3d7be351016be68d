/** The page: who has an account, over one search, and what is changed about it. */

import { IconUserPlus, IconUsers } from "@tabler/icons-react";
import { useMemo } from "react";
import type { Session } from "@/api/types";
import type { Entries } from "@/components/entries";
import { FilterChips } from "@/components/filter-chips";
import { withToggled } from "@/components/list-search";
import { PeopleListing } from "../people-listing";
import { USERS } from "../queries";
import { useAsking } from "../use-asking";
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
  const names = useMemo(
    () => new Map((tenants ?? []).map(({ id, name }) => [id, name])),
    [tenants],
  );
  const dialogue = useAsking<Asking>(({ user }) => user?.id, onEntries);
  return (
    <>
      <PeopleListing
        title="Users"
        words={["user", "users"]}
        search={search}
        onSearch={onSearch}
        view={view}
        asked={USERS}
        filters={
          <>
            <UserFilters search={search} onSearch={onSearch} tenants={tenants} />
            <FilterChips chips={chipsOf(search, names)} onSearch={onSearch} cleared={{}} />
          </>
        }
        never={NEVER}
        begin={
          by.mayChange
            ? {
                label: "Invite user",
                Icon: IconUserPlus,
                button: dialogue.button,
                go: () => dialogue.ask({ action: "invite", user: null }),
              }
            : undefined
        }
      >
        <UsersTable
          view={view}
          by={by}
          tenants={tenants !== null}
          open={search.open ?? []}
          onToggle={(id) => onSearch(withToggled(search, id), { replace: true })}
          onAction={(action, user) => dialogue.ask({ action, user })}
          onEntries={(user, how) =>
            how === "about" ? onEntries({ resource: user }) : props.onActivity(user)
          }
          onSessions={props.onSessions}
        />
      </PeopleListing>
      <UserDialogs
        asking={dialogue.asking}
        tenants={tenants}
        tenant={search.tenant}
        own={by.id}
        onMade={dialogue.made}
        onAssumed={props.onAssumed}
        onClose={dialogue.close}
      />
    </>
  );
}
