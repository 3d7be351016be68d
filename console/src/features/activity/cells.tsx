/** What stands in a row: who, on what, how it ended. Names come from the log: text, never markup. */

import { IconCircleCheckFilled, IconCircleXFilled } from "@tabler/icons-react";
import type { Actor, Row } from "@/api/types";
import { AssumedTag } from "@/components/assumed-tag";
import { CopyId, shortId } from "@/components/copy-id";
import { visible } from "@/components/visible";
import classes from "./cells.module.css";
import { actorLabel, statusLabel, typeLabel } from "./words";

/** What stands for the id of a thing that never came to be: a refused creation. */
const NO_ID = "-";

/** The e-mail address; without one the name; without that the id. */
export function actorText(actor: Actor): string {
  return visible(actor.email || actor.name || shortId(actor.id));
}

export function ActorCell({ row }: { row: Row }) {
  const { actor, assumedBy } = row;
  const erased = row.erased?.includes("person") && !actor.email;
  const who = (
    <span className={classes.actor}>
      {erased ? (
        <span className={classes.erased}>Erased person {visible(shortId(actor.id))}</span>
      ) : (
        <span className={classes.clip} title={actorText(actor)}>
          {actor.type === "anonymous" && !actor.email ? "—" : actorText(actor)}
        </span>
      )}
      {actor.type !== "user" && <span className={classes.tag}>{actorLabel(actor.type)}</span>}
    </span>
  );
  if (!assumedBy) return who;
  const by = actorText(assumedBy);
  return (
    <span className={classes.both}>
      {who}
      <AssumedTag by={by} whole={`${by} acted as this user`} />
    </span>
  );
}

export function ResourceCell({ resource }: { resource: Row["resource"] }) {
  const type = typeLabel(resource.type);
  const name = resource.name && visible(resource.name);
  return (
    <span className={classes.resource}>
      <span className={classes.type}>{type}</span>
      {resource.id !== NO_ID && (
        <CopyId
          id={resource.id}
          purpose={`copy id of ${type} ${name || visible(resource.id)}`}
          whole={
            <span className={classes.whole}>
              {name && <strong>{name}</strong>}
              <code>{visible(resource.id)}</code>
              <span>Press to copy the id</span>
            </span>
          }
        />
      )}
      {name && <span className={classes.name}>{name}</span>}
    </span>
  );
}

export function StatusCell({ status }: { status: Row["status"] }) {
  const Icon = status === "success" ? IconCircleCheckFilled : IconCircleXFilled;
  return (
    <span className={classes.status} data-status={status}>
      <Icon size={15} aria-hidden />
      {statusLabel(status)}
    </span>
  );
}
