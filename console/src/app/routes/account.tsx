/** /admin/account: for everyone, whatever their role. */

import { useQueryClient } from "@tanstack/react-query";
import { createRoute, notFound } from "@tanstack/react-router";
import { useTitle } from "@/components/use-title";
import { AccountPage } from "@/features/account/account-page";
import { OwnSessions } from "@/features/account/own-sessions";
import { PasswordCard } from "@/features/account/password-card";
import { ACCOUNT, OWN_SESSIONS } from "@/features/account/queries";
import { parseAccountSearch } from "@/features/account/search";
import { SecondFactorCard } from "@/features/second-factor/second-factor-card";
import { may, sessionQuery } from "../session";
import { signedInRoute } from "./signed-in";

export const accountRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/account",
  validateSearch: parseAccountSearch,
  beforeLoad: ({ context }) => {
    if (!may(context.session, "account.change")) throw notFound();
  },
  component: Account,
});

function Account() {
  const search = accountRoute.useSearch();
  const navigate = accountRoute.useNavigate();
  const queryClient = useQueryClient();
  useTitle("Your account");
  const refresh = () => {
    void queryClient.invalidateQueries({ queryKey: ACCOUNT });
    void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
  };
  return (
    <AccountPage
      sessions={
        <OwnSessions
          search={search}
          onSearch={(next) => void navigate({ search: next, resetScroll: false })}
        />
      }
    >
      {(account) => (
        <>
          <SecondFactorCard account={account} onChanged={refresh} />
          <PasswordCard
            account={account}
            onChanged={(session) => {
              queryClient.setQueryData(sessionQuery.queryKey, session);
              void queryClient.invalidateQueries({ queryKey: OWN_SESSIONS });
            }}
          />
        </>
      )}
    </AccountPage>
  );
}
