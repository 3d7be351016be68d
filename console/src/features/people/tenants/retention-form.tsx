/** How long a tenant's entries are kept, and whether anything may be purged at all. */

import { Skeleton, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { asProblem } from "@/api/problem";
import { changeRetention } from "@/api/retention";
import type { Retention, RetentionRules, TenantRow } from "@/api/types";
import { ChangeForm, refusalOf } from "@/components/change-form";
import classes from "@/components/dialog.module.css";
import { NoAnswer } from "@/components/no-answer";
import { Notice } from "@/components/notice";
import { useChange } from "@/components/use-change";
import { PEOPLE, retentionQuery } from "../queries";
import { losesMore, MOST_DAYS, rulesOf } from "./retention";

interface RetentionFormProps {
  tenant: TenantRow;
  onDone: (answer: Retention) => void;
  onCancel: () => void;
}

function Fields({ tenant, before, onDone, onCancel }: RetentionFormProps & { before: Retention }) {
  const [days, setDays] = useState(before.default ? "" : String(before.days));
  const [hold, setHold] = useState(before.hold ?? "");
  const rules = rulesOf(days, hold);
  const change = useChange({
    request: (wanted: RetentionRules) => changeRetention(tenant.id, wanted),
    stale: PEOPLE,
    onDone,
  });
  const wrong = rules
    ? undefined
    : `A whole number from 1 to ${MOST_DAYS.toLocaleString("en-US")}.`;
  return (
    <ChangeForm
      change={change}
      label="Change retention"
      fields={["days", "hold"]}
      onSubmit={() => rules && change.send(rules)}
      onCancel={onCancel}
    >
      <p className={classes.words}>
        For {tenant.name}. Entries that are older are purged once a day: their place, time and hash
        stay, so that the others can be proved, and what they said is gone for good.
      </p>
      <TextInput
        label="Days that entries are kept"
        description={`Empty: as long as the platform keeps them${before.default ? `, now ${before.days} days` : ""}.`}
        data-autofocus
        inputMode="numeric"
        autoComplete="off"
        maxLength={6}
        value={days}
        error={wrong ?? refusalOf(change.refusal, "days")}
        onChange={(event) => setDays(event.currentTarget.value)}
      />
      <Textarea
        label="Legal hold"
        description="Why nothing may be purged for now; empty: it may. It stands in the tenant’s log."
        placeholder="Case 17/2026"
        autosize
        minRows={2}
        maxRows={6}
        maxLength={500}
        value={hold}
        error={refusalOf(change.refusal, "hold")}
        onChange={(event) => setHold(event.currentTarget.value)}
      />
      {rules && losesMore(before, rules) && (
        <Notice
          tone="danger"
          title="More is purged than before."
          detail="What is old enough goes at the next daily pass, and nothing brings it back."
        />
      )}
    </ChangeForm>
  );
}

export function RetentionForm(props: RetentionFormProps) {
  const { data, error, refetch, isFetching, isFetchedAfterMount } = useQuery({
    ...retentionQuery(props.tenant.id),
    staleTime: 0,
  });
  // Nobody decides by what stood there a while ago.
  if (data && isFetchedAfterMount) return <Fields {...props} before={data} />;
  if (error && !isFetching) {
    const recovery = { label: "Try again", run: () => void refetch(), busy: isFetching };
    return <NoAnswer problem={asProblem(error)} recovery={recovery} />;
  }
  return <Skeleton height={220} radius={8} role="status" aria-label="Loading the retention" />;
}
