/** What a change did, field by field. */

import { IconArrowRight } from "@tabler/icons-react";
import classes from "./changes.module.css";
import { Payload } from "./payload";

export interface Change {
  field: string;
  before: unknown;
  after: unknown;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `{field: {before, after}}` as a list; what does not look so is shown as what it became. */
export function changesOf(changes: unknown): Change[] {
  if (!isObject(changes)) return [];
  return Object.entries(changes).map(([field, value]) =>
    isObject(value) && ("before" in value || "after" in value)
      ? { field, before: value.before, after: value.after }
      : { field, before: undefined, after: value },
  );
}

function Side({ value }: { value: unknown }) {
  if (value === undefined || value === null) return <span className={classes.none}>none</span>;
  return <Payload value={value} />;
}

export function Changes({ changes }: { changes: Change[] }) {
  return (
    <table className={classes.table}>
      <caption className={classes.caption}>Changed fields, before and after</caption>
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ field, before, after }) => (
          <tr key={field}>
            <th scope="row">{field}</th>
            <td data-side="before">
              <Side value={before} />
            </td>
            <td data-side="after">
              <IconArrowRight size={13} className={classes.arrow} aria-hidden />
              <Side value={after} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
