/** An open entry that is on another page: a link named it, or newer rows pushed it off. */

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { asProblem } from "@/api/problem";
import classes from "@/components/rows.module.css";
import { ActivityRow } from "./activity-row";
import { entryQuery } from "./queries";
import type { RowsProps } from "./rows";

export function KeptRow({
  id,
  ...rest
}: RowsProps & { id: string; narrow: boolean; width: number }) {
  const { data, error } = useQuery(entryQuery(id));
  if (data) return <ActivityRow {...rest} row={data} open fresh={false} />;
  return (
    <tr>
      <td colSpan={rest.width} className={classes.kept}>
        {error ? `${asProblem(error).title}. ${asProblem(error).detail}` : "Loading the entry…"}
        {error && (
          <Button size="compact-xs" variant="subtle" onClick={() => rest.onToggle(id)}>
            Close
          </Button>
        )}
      </td>
    </tr>
  );
}
