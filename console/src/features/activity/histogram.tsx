/** Entries over time, by outcome. Drag over bars, or use the keys, to zoom into them. */

import { Skeleton } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { formatSpan } from "@/time/format";
import {
  allIn,
  barsOf,
  bucketAt,
  bucketText,
  niceTop,
  outcomesOf,
  outcomesText,
  spanOf,
  ticksOf,
  topText,
} from "./bars";
import type { Dates } from "./chips";
import classes from "./histogram.module.css";
import { HistogramTable } from "./histogram-table";
import { histogramQuery } from "./queries";
import type { ActivitySearch } from "./search";
import { useBrush } from "./use-brush";

const HEIGHT = 64;

interface HistogramProps {
  search: ActivitySearch;
  dates: Dates;
  onZoom: (window: { from: string; to: string }) => void;
}

export function Histogram({ search, dates, onZoom }: HistogramProps) {
  const query = useQuery(histogramQuery(search, dates.timeZone));
  const { ref, width } = useElementSize();
  const stripes = useId();
  const buckets = query.data?.buckets ?? [];
  const seconds = query.data?.bucketSeconds ?? 1;
  const brush = useBrush(buckets.length, (one, other) => {
    const span = spanOf(buckets, seconds, one, other);
    if (span) onZoom(span);
  });
  const all = outcomesOf(buckets);
  const top = niceTop(Math.max(0, ...buckets.map(allIn)));
  const bars = barsOf(buckets, width, HEIGHT);
  const at = brush.at === null ? undefined : buckets[brush.at];
  const step = width / Math.max(1, buckets.length);
  const selected = brush.selection;
  return (
    <section className={classes.card} aria-label="Entries over time">
      <div className={classes.head}>
        <h2 className={classes.title}>Entries over time</h2>
        <span className={classes.muted}>
          {buckets.length > 0 && `${formatSpan(seconds)} per bar`}
          {query.isError && (query.data ? " · from before the problem" : "Not available now")}
        </span>
        <ul className={classes.legend} aria-label="Legend">
          <li>
            <i data-outcome="success" /> Success <b>{all.success.toLocaleString("en-US")}</b>
          </li>
          <li>
            <i data-outcome="failure" /> Failure <b>{all.failure.toLocaleString("en-US")}</b>
          </li>
          {all.purged > 0 && (
            <li title="Their time of retention is over: how they ended is not known any more.">
              <i data-outcome="purged" /> Purged <b>{all.purged.toLocaleString("en-US")}</b>
            </li>
          )}
        </ul>
      </div>
      <div className={classes.plot} data-old={query.isPlaceholderData || undefined}>
        <span className={classes.top} aria-hidden>
          {buckets.length > 0 && topText(top)}
        </span>
        <div ref={ref} className={classes.area} style={{ height: HEIGHT }}>
          {query.isPending && <Skeleton height={HEIGHT} radius={4} opacity={0.45} />}
          <svg className={classes.svg} width={width} height={HEIGHT} aria-hidden="true">
            <defs>
              <pattern
                id={stripes}
                width="4"
                height="4"
                patternUnits="userSpaceOnUse"
                patternTransform="rotate(45)"
              >
                <rect width="4" height="4" className={classes.failure} />
                <rect width="1.4" height="4" className={classes.stripe} />
              </pattern>
            </defs>
            <line x1="0" x2={width} y1="0.5" y2="0.5" className={classes.line} />
            <line x1="0" x2={width} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} className={classes.line} />
            {bars.map((bar, index) => (
              <g key={buckets[index]?.start}>
                <rect x={bar.x} width={bar.width} {...bar.success} className={classes.success} />
                <rect x={bar.x} width={bar.width} {...bar.failure} fill={`url(#${stripes})`} />
                <rect x={bar.x} width={bar.width} {...bar.purged} className={classes.purged} />
              </g>
            ))}
            {brush.at !== null && !selected && (
              <rect x={brush.at * step} width={step} height={HEIGHT} className={classes.hover} />
            )}
            {selected && (
              <rect
                x={selected[0] * step}
                width={(selected[1] - selected[0] + 1) * step}
                height={HEIGHT}
                className={classes.selection}
              />
            )}
          </svg>
          {buckets.length > 0 && (
            <div
              className={classes.brush}
              role="slider"
              tabIndex={0}
              aria-label="Time, zoom: arrow keys move, with Shift they select, Enter zooms in"
              aria-valuemin={0}
              aria-valuemax={buckets.length - 1}
              aria-valuenow={brush.at ?? 0}
              aria-valuetext={
                at ? `${bucketText(at, seconds, dates)}: ${outcomesText(at)}` : "No bar chosen"
              }
              {...brush.handlers((x) => bucketAt(x, width, buckets.length))}
            />
          )}
          {at && (
            <div
              className={classes.tip}
              style={{
                left: Math.min(
                  Math.max(110, ((brush.at ?? 0) + 0.5) * step),
                  Math.max(110, width - 110),
                ),
              }}
              aria-hidden
            >
              <strong>{bucketText(at, seconds, dates)}</strong>
              <span>{outcomesText(at)}</span>
            </div>
          )}
        </div>
        <div className={classes.ticks} aria-hidden>
          {ticksOf(buckets, seconds, Math.floor(width / 88), dates)
            .filter((tick) => (1 - tick.at) * width > 56)
            .map((tick) => (
              <span key={tick.at} style={{ left: `${tick.at * 100}%` }}>
                {tick.label}
              </span>
            ))}
        </div>
      </div>
      <HistogramTable buckets={buckets} seconds={seconds} dates={dates} />
    </section>
  );
}
