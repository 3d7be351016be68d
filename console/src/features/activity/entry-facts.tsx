/** Where an entry stands and what names it; values to filter by have a button. */

import type { ComponentProps } from "react";
import type { Actor, Entry, Row } from "@/api/types";
import { Fact, Facts } from "@/components/facts";
import classes from "@/components/facts.module.css";
import type { Names } from "@/components/list-chips";
import { usePlatformDates } from "@/components/platform-dates";
import { visible } from "@/components/visible";
import { formatInstant } from "@/time/format";
import { type ActivitySearch, withFilter } from "./search";
import { actorLabel, typeLabel } from "./words";

function Person({ actor }: { actor: Actor }) {
  const said = [actor.name, actor.email].filter(Boolean).join(", ");
  return (
    <>
      {said ? visible(said) : actorLabel(actor.type)}
      <code className={classes.sub}>{visible(actor.id)}</code>
    </>
  );
}

type Filter = ComponentProps<typeof Fact>["filter"];
type Filterable = "user" | "resource" | "session" | "address" | "tenant";

interface PlaceProps {
  row: Row;
  entry: Entry | undefined;
}

interface RecordedProps {
  row: Row;
  names: Names;
  /** Offered to those who see more than one tenant. */
  byTenant: Filter | undefined;
}

/** When and where in its log: what is left even of a purged entry. */
function Recorded({ row, names, byTenant }: RecordedProps) {
  const { dateFormat, timeZone } = usePlatformDates();
  return (
    <>
      {row.tenant && (
        <Fact label="Tenant" filter={byTenant}>
          {names.get(row.tenant) ?? row.tenant}
        </Fact>
      )}
      <Fact label="Recorded">
        {formatInstant(new Date(row.time), dateFormat, timeZone)}{" "}
        <code className={classes.sub}>{row.time}</code>
      </Fact>
    </>
  );
}

function Place({ row, entry }: PlaceProps) {
  return (
    <>
      <Fact label="Log" code copy={row.log}>
        {row.log}
      </Fact>
      <Fact label="Seq" code>
        {row.seq}
      </Fact>
      {entry && (
        <Fact label="Leaf hash" code copy={entry.leafHash}>
          {entry.leafHash}
        </Fact>
      )}
      <Fact label="Entry ID" code copy={row.id}>
        {row.id}
      </Fact>
    </>
  );
}

interface EntryFactsProps {
  row: Row;
  entry: Entry | undefined;
  search: ActivitySearch;
  names: Names;
  manyTenants: boolean;
  onSearch: (next: ActivitySearch) => void;
  /** In two columns: the entry has nothing else to show. */
  columns: boolean;
}

export function EntryFacts(props: EntryFactsProps) {
  const { row, entry, search, names, onSearch, columns } = props;
  const { dateFormat, timeZone } = usePlatformDates();
  const by = (key: Filterable, value: string, word: string = key): Filter => ({
    label: `Filter by this ${word}`,
    apply: () => onSearch(withFilter(search, { [key]: value })),
    active: search[key] === value,
  });
  const { tenant } = row;
  const byTenant = tenant && props.manyTenants ? by("tenant", tenant) : undefined;
  const recorded = <Recorded row={row} names={names} byTenant={byTenant} />;
  if (row.purged) {
    return (
      <Facts columns={columns}>
        {recorded}
        <Place row={row} entry={entry} />
      </Facts>
    );
  }
  const { actor, assumedBy, resource, client, request, session } = row;
  const shown = (instant: string) => formatInstant(new Date(instant), dateFormat, timeZone);
  return (
    <Facts columns={columns}>
      <Fact label="User" copy={actor.email ?? undefined} filter={by("user", actor.id)}>
        <Person actor={actor} />
      </Fact>
      {assumedBy && (
        <Fact label="Assumed by" filter={by("user", assumedBy.id, "assuming user")}>
          <Person actor={assumedBy} />
        </Fact>
      )}
      <Fact label="Resource" copy={resource.id} filter={by("resource", resource.id)}>
        {typeLabel(resource.type)}
        {resource.name && ` ${visible(resource.name)}`}
        <code className={classes.sub}>{visible(resource.id)}</code>
      </Fact>
      {session && (
        <Fact label="Session" code copy={session} filter={by("session", session)}>
          {visible(session)}
        </Fact>
      )}
      {client?.ip && (
        <Fact label="IP address" code copy={client.ip} filter={by("address", client.ip, "address")}>
          {visible(client.ip)}
        </Fact>
      )}
      {client?.userAgent && <Fact label="User agent">{visible(client.userAgent)}</Fact>}
      {recorded}
      {row.occurred && (
        <Fact label="Occurred">
          {shown(row.occurred)} <code className={classes.sub}>{row.occurred}</code>
        </Fact>
      )}
      {request?.route && (
        <Fact label="Route" code>
          {request.route}
        </Fact>
      )}
      {request?.id && (
        <Fact label="Request ID" code copy={request.id}>
          {request.id}
        </Fact>
      )}
      <Place row={row} entry={entry} />
    </Facts>
  );
}
