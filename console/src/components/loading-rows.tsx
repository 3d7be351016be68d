/** Where the rows will be. */

import { Skeleton } from "@mantine/core";
import classes from "./rows.module.css";

export function LoadingRows({ rows, columns }: { rows: number; columns: number }) {
  return Array.from({ length: rows }, (_, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
    <tr key={index} className={classes.loading}>
      <td colSpan={columns}>
        <Skeleton height={10} width={`${88 - ((index * 7) % 30)}%`} radius="xl" />
      </td>
    </tr>
  ));
}
