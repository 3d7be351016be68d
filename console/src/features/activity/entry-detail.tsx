/** All that is known of an entry: request, changes, details, and where it stands in its log. */

import { Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { asProblem } from "@/api/problem";
import type { Entry, Row } from "@/api/types";
import { CopyButton } from "@/components/copy-button";
import type { Names } from "@/components/list-chips";
import { changesOf } from "./changed";
import { Changes } from "./changes";
import classes from "./entry-detail.module.css";
import { EntryFacts } from "./entry-facts";
import { LogText } from "./log-text";
import { Payload } from "./payload";
import { PURGED } from "./purged";
import { entryQuery } from "./queries";
import type { ActivitySearch } from "./search";
import { responseText, typeLabel } from "./words";

export interface EntryDetailProps {
  row: Row;
  search: ActivitySearch;
  names: Names;
  manyTenants: boolean;
  onSearch: (next: ActivitySearch) => void;
  proof: ((entry: Entry) => ReactNode) | undefined;
}

function tone(status: number): string {
  return status >= 400 ? "bad" : "good";
}

function RequestLine({ row, entry }: { row: Row; entry: Entry | undefined }) {
  const request = entry?.request ?? row.request;
  if (row.purged) return <span className={classes.muted}>{PURGED}</span>;
  if (!request?.method && !request?.status) {
    return <span className={classes.muted}>Not an HTTP request</span>;
  }
  return (
    <>
      {request.method && <code className={classes.method}>{request.method}</code>}
      <code className={classes.path}>
        <LogText text={request.path ?? request.route ?? ""} />
      </code>
      {request.status != null && (
        <span className={classes.response} data-tone={tone(request.status)}>
          {responseText(request.status)}
        </span>
      )}
    </>
  );
}

function Waiting() {
  return (
    <div className={classes.waiting} role="status" aria-label="Loading details">
      <Skeleton height={10} width="42%" radius="xl" />
      <Skeleton height={10} width="64%" radius="xl" />
      <Skeleton height={10} width="53%" radius="xl" />
    </div>
  );
}

function isBare(entry: Entry): boolean {
  const { payload, changes, erased } = entry;
  return (payload ?? null) === null && !changesOf(changes).length && !erased?.includes("details");
}

function Sections({ entry }: { entry: Entry }) {
  const changes = changesOf(entry.changes);
  const empty = entry.payload === null || entry.payload === undefined;
  return (
    <div className={classes.sections}>
      {changes.length > 0 && (
        <section>
          <h3 className={classes.heading}>Changes</h3>
          <Changes changes={changes} />
        </section>
      )}
      <section>
        <h3 className={classes.heading}>Details</h3>
        {entry.erased?.includes("details") ? (
          <p className={classes.muted}>Erased. The entry and its proof still stand.</p>
        ) : empty ? (
          <p className={classes.muted}>The request carried no details.</p>
        ) : (
          <Payload value={entry.payload} />
        )}
      </section>
    </div>
  );
}

export function EntryDetail(props: EntryDetailProps) {
  const { row, search, names, onSearch, proof } = props;
  const { data: entry, error, refetch, isFetching } = useQuery(entryQuery(row.id));
  const bare = entry !== undefined && isBare(entry);
  const title = `Details of entry ${row.seq}, ${row.action} ${typeLabel(row.resource.type)}`;
  return (
    <section className={classes.detail} aria-label={title}>
      <div className={classes.line}>
        <RequestLine row={row} entry={entry} />
        <span className={classes.tools}>
          {entry && !row.purged && proof?.(entry)}
          {entry && (
            <CopyButton value={JSON.stringify(entry, null, 2)} label="Copy entry as JSON" />
          )}
        </span>
      </div>
      <div className={classes.columns} data-bare={bare || undefined}>
        {entry && !row.purged && <Sections entry={entry} />}
        {row.purged && (
          <p className={classes.muted}>
            What it said is gone; its hash stays, so that every entry that is kept can be proved.
          </p>
        )}
        {!entry && !error && <Waiting />}
        {!entry && error && (
          <div className={classes.failed} role="alert">
            <p>
              <strong>{asProblem(error).title}.</strong> {asProblem(error).detail}
            </p>
            <Button
              size="compact-sm"
              variant="default"
              loading={isFetching}
              onClick={() => void refetch()}
            >
              Try again
            </Button>
          </div>
        )}
        <EntryFacts
          row={row}
          entry={entry}
          search={search}
          names={names}
          manyTenants={props.manyTenants}
          onSearch={onSearch}
          columns={bare}
        />
      </div>
    </section>
  );
}
