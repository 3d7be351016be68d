/** What a change did, field by field. */

import { IconArrowRight } from "@tabler/icons-react";
import { visible } from "@/components/visible";
import type { Change } from "./changed";
import classes from "./changes.module.css";
import { Payload } from "./payload";

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
            <th scope="row">{visible(field)}</th>
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
