/** Where one is signed in, and ending that. */

import { Button, Switch } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { endOtherSessions, endOwnSession } from "@/api/account";
import { PAGE_SIZE } from "@/api/page";
import { asProblem } from "@/api/problem";
import { Card } from "@/components/card";
import { NoAnswer } from "@/components/no-answer";
import { Pager } from "@/components/pager";
import { counted } from "@/components/row-count";
import classes from "./own-sessions.module.css";
import { OwnSessionsTable } from "./own-sessions-table";
import { OWN_SESSIONS, ownSessionsQuery } from "./queries";
import type { SessionSearch } from "./search";

interface OwnSessionsProps {
  search: SessionSearch;
  onSearch: (next: SessionSearch) => void;
}

function sayFailed(thrown: unknown): void {
  const { title, detail } = asProblem(thrown);
  notifications.show({ color: "red", title: "Not ended", message: `${title}. ${detail}` });
}

function useEnding(onEnded: () => void) {
  const queryClient = useQueryClient();
  const settled = {
    onError: sayFailed,
    onSettled: () => queryClient.invalidateQueries({ queryKey: OWN_SESSIONS }),
  };
  const one = useMutation({
    mutationFn: endOwnSession,
    onSuccess: () => {
      onEnded();
      notifications.show({ color: "green", message: "Session ended. It is signed out there." });
    },
    ...settled,
  });
  const others = useMutation({
    mutationFn: endOtherSessions,
    onSuccess: (count) => {
      onEnded();
      const message = `${counted(count, "other session", "other sessions")} ended.`;
      notifications.show({ color: "green", message });
    },
    ...settled,
  });
  return { one, others };
}

export function OwnSessions({ search, onSearch }: OwnSessionsProps) {
  const query = useQuery(ownSessionsQuery(search));
  const heading = useRef<HTMLHeadingElement>(null);
  // The button that was pressed goes away with its row.
  const { one, others } = useEnding(() => heading.current?.focus());
  const page = query.data;
  // Among those that are over, others may stand on a further page.
  const alone = page && !search.past && page.position === 0 && !page.items.some(endable);
  return (
    <Card
      title="Sessions"
      words="Where you are signed in. End what you don’t recognise, and change your password."
      headingRef={heading}
      actions={
        <Button
          size="xs"
          variant="default"
          loading={others.isPending}
          disabled={!page || Boolean(alone)}
          onClick={() => others.mutate()}
        >
          End all others
        </Button>
      }
    >
      {query.error && !page && (
        <NoAnswer
          problem={asProblem(query.error)}
          recovery={{ label: "Try again", run: () => void query.refetch(), busy: query.isFetching }}
        />
      )}
      {(page || query.isPending) && (
        <div className={classes.box}>
          <OwnSessionsTable
            sessions={page?.items}
            old={query.isPlaceholderData}
            ending={one.isPending ? one.variables : undefined}
            onEnd={(id) => !one.isPending && one.mutate(id)}
          />
          {page && page.total > page.items.length && (
            <Pager
              page={page}
              words={["session", "sessions"]}
              size={PAGE_SIZE}
              old={query.isPlaceholderData}
              onCursor={(cursor) => onSearch({ ...search, ...(cursor ? { cursor } : {}) })}
            />
          )}
        </div>
      )}
      <Switch
        mt={12}
        size="xs"
        label="Show sessions that are over"
        checked={search.past !== undefined}
        onChange={(event) => onSearch(event.currentTarget.checked ? { past: "1" } : {})}
      />
    </Card>
  );
}

function endable({ current, status }: { current: boolean; status: string }): boolean {
  return !current && status === "active";
}
