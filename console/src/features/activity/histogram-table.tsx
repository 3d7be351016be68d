/** The histogram for those who don't see it: a sentence, and the numbers. */

import { VisuallyHidden } from "@mantine/core";
import type { Bucket } from "@/api/types";
import { counted } from "@/components/row-count";
import { allIn, bucketText, outcomesOf, outcomesText } from "./bars";
import type { Dates } from "./chips";

interface HistogramTableProps {
  buckets: readonly Bucket[];
  seconds: number;
  dates: Dates;
}

export function HistogramTable({ buckets, seconds, dates }: HistogramTableProps) {
  const some = buckets.filter((bucket) => allIn(bucket) > 0);
  const all = outcomesOf(buckets);
  const most = some.reduce<Bucket | null>(
    (best, bucket) => (best && allIn(best) >= allIn(bucket) ? best : bucket),
    null,
  );
  return (
    <VisuallyHidden>
      <p>
        {outcomesText(all)} in {counted(buckets.length, "interval", "intervals")}.
        {most && ` Most in ${bucketText(most, seconds, dates)}: ${allIn(most)}.`}
      </p>
      <table>
        <caption>Entries over time, intervals without entries left out</caption>
        <thead>
          <tr>
            <th scope="col">Interval</th>
            <th scope="col">Success</th>
            <th scope="col">Failure</th>
            {all.purged > 0 && <th scope="col">Purged</th>}
          </tr>
        </thead>
        <tbody>
          {some.map((bucket) => (
            <tr key={bucket.start}>
              <th scope="row">{bucketText(bucket, seconds, dates)}</th>
              <td>{bucket.success}</td>
              <td>{bucket.failure}</td>
              {all.purged > 0 && <td>{bucket.purged}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </VisuallyHidden>
  );
}
