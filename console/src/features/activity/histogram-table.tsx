/** The histogram for those who don't see it: a sentence, and the numbers. */

import { VisuallyHidden } from "@mantine/core";
import type { Bucket } from "@/api/types";
import { counted } from "@/components/row-count";
import { bucketText } from "./bars";
import type { Dates } from "./chips";

interface HistogramTableProps {
  buckets: readonly Bucket[];
  seconds: number;
  dates: Dates;
  passed: number;
  failed: number;
}

export function HistogramTable({ buckets, seconds, dates, passed, failed }: HistogramTableProps) {
  const some = buckets.filter((bucket) => bucket.success + bucket.failure > 0);
  const most = some.reduce<Bucket | null>(
    (best, bucket) =>
      best && best.success + best.failure >= bucket.success + bucket.failure ? best : bucket,
    null,
  );
  return (
    <VisuallyHidden>
      <p>
        {counted(passed, "success", "successes")} and {counted(failed, "failure", "failures")} in{" "}
        {counted(buckets.length, "interval", "intervals")}.
        {most && ` Most in ${bucketText(most, seconds, dates)}: ${most.success + most.failure}.`}
      </p>
      <table>
        <caption>Entries over time, intervals without entries left out</caption>
        <thead>
          <tr>
            <th scope="col">Interval</th>
            <th scope="col">Success</th>
            <th scope="col">Failure</th>
          </tr>
        </thead>
        <tbody>
          {some.map((bucket) => (
            <tr key={bucket.start}>
              <th scope="row">{bucketText(bucket, seconds, dates)}</th>
              <td>{bucket.success}</td>
              <td>{bucket.failure}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </VisuallyHidden>
  );
}
