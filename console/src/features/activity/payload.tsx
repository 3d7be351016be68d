/** A JSON value as keys and values, folded where it is large. */

import { Fragment } from "react";
import { visible } from "@/components/visible";
import { LogText } from "./log-text";
import classes from "./payload.module.css";

type Json = unknown;

/** More than this many parts, or deeper than this, starts folded. */
const MANY = 12;
const DEEP = 3;
/** Longer texts start folded. */
const LONG = 600;

function isNested(value: Json): value is object {
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}

function Scalar({ value }: { value: Json }) {
  if (typeof value === "string") {
    if (value === "") return <span className={classes.void}>empty text</span>;
    if (value.length <= LONG) return <LogText text={value} />;
    return (
      <details className={classes.long}>
        <summary>
          <LogText text={value.slice(0, 120)} />…{" "}
          <span>{value.length.toLocaleString("en-US")} characters</span>
        </summary>
        <LogText text={value} />
      </details>
    );
  }
  if (value === null || value === undefined) return <span className={classes.void}>null</span>;
  if (Array.isArray(value)) return <span className={classes.void}>empty list</span>;
  if (typeof value === "object") return <span className={classes.void}>empty</span>;
  return <span className={classes.literal}>{String(value)}</span>;
}

function size(value: object): string {
  const count = Object.keys(value).length;
  const [one, many] = Array.isArray(value) ? ["item", "items"] : ["field", "fields"];
  return `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;
}

/** The recorder's own fields in words: what it shortened, and that it left fields out. */
function keyLabel(key: string): string {
  if (key === "_cut") return "Shortened";
  return key === "…" ? "And more" : visible(key);
}

function Pairs({ value, depth }: { value: object; depth: number }) {
  const list = Array.isArray(value);
  return (
    <dl
      className={classes.pairs}
      data-depth={depth === 0 ? "top" : "inner"}
      data-list={list || undefined}
    >
      {Object.entries(value).map(([key, held]) => (
        <Fragment key={key}>
          <dt data-index={list || undefined}>{list ? Number(key) + 1 : keyLabel(key)}</dt>
          <dd>
            <Value value={held} depth={depth + 1} />
          </dd>
        </Fragment>
      ))}
    </dl>
  );
}

function Value({ value, depth }: { value: Json; depth: number }) {
  if (!isNested(value)) return <Scalar value={value} />;
  const scalars = Array.isArray(value) && value.length <= MANY && !value.some(isNested);
  if (scalars) {
    return (
      <ul className={classes.scalars}>
        {value.map((held, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a recorded list never changes
          <li key={index}>
            <Scalar value={held} />
          </li>
        ))}
      </ul>
    );
  }
  const folded = depth >= DEEP || Object.keys(value).length > MANY;
  return (
    <details className={classes.fold} open={!folded}>
      <summary>{size(value)}</summary>
      <Pairs value={value} depth={depth} />
    </details>
  );
}

export function Payload({ value }: { value: Json }) {
  if (!isNested(value) || Array.isArray(value)) return <Value value={value} depth={0} />;
  return <Pairs value={value} depth={0} />;
}
