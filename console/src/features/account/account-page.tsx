/** One's own account: who one is, and what keeps it safe. */

import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { asProblem } from "@/api/problem";
import type { Account } from "@/api/types";
import cardClasses from "@/components/card.module.css";
import { NoAnswer } from "@/components/no-answer";
import { PageHead } from "@/components/page-head";
import { roleLabel } from "@/components/roles";
import classes from "./account.module.css";
import { accountQuery } from "./queries";

interface AccountPageProps {
  /** The parts that need to know the account. */
  children: (account: Account) => ReactNode;
  /** The part that does not. */
  sessions: ReactNode;
}

function Parts({ children }: Pick<AccountPageProps, "children">) {
  const query = useQuery(accountQuery);
  if (query.data) return children(query.data);
  if (query.error) {
    return (
      <div className={cardClasses.card}>
        <NoAnswer
          problem={asProblem(query.error)}
          recovery={{ label: "Try again", run: () => void query.refetch(), busy: query.isFetching }}
        />
      </div>
    );
  }
  return (
    <>
      <span role="status" aria-label="Loading your account" />
      <Skeleton height={150} radius={10} />
      <Skeleton height={260} radius={10} />
    </>
  );
}

function Who() {
  const { data } = useQuery(accountQuery);
  if (!data) return null;
  const parts = [data.name, data.email, roleLabel(data.role), data.tenant?.name ?? "all tenants"];
  return <p className={classes.who}>{parts.filter(Boolean).join(" · ")}</p>;
}

export function AccountPage({ children, sessions }: AccountPageProps) {
  return (
    <div className={classes.page}>
      <PageHead title="Your account">
        <Who />
      </PageHead>
      <div className={classes.parts}>
        <Parts>{children}</Parts>
        {sessions}
      </div>
    </div>
  );
}
