/** Choosing a run of bars with the pointer or with the keys. */

import { type KeyboardEvent, type PointerEvent, useState } from "react";

interface Brush {
  /** The bar under the pointer or the keys. */
  at: number | null;
  /** First and last bar of what is being chosen. */
  selection: [number, number] | null;
  handlers: (barAt: (x: number) => number) => {
    onPointerDown: (event: PointerEvent<HTMLElement>) => void;
    onPointerMove: (event: PointerEvent<HTMLElement>) => void;
    onPointerUp: (event: PointerEvent<HTMLElement>) => void;
    onPointerCancel: () => void;
    onPointerLeave: () => void;
    onKeyDown: (event: KeyboardEvent) => void;
    onBlur: () => void;
  };
}

const MOVES: Record<string, (at: number, last: number) => number> = {
  ArrowLeft: (at) => at - 1,
  ArrowDown: (at) => at - 1,
  ArrowRight: (at) => at + 1,
  ArrowUp: (at) => at + 1,
  PageUp: (at) => at + 10,
  PageDown: (at) => at - 10,
  Home: () => 0,
  End: (_, last) => last,
};

export function useBrush(count: number, onZoom: (one: number, other: number) => void): Brush {
  const [at, setAt] = useState<number | null>(null);
  const [anchor, setAnchor] = useState<number | null>(null);
  const inside = (index: number) => Math.min(count - 1, Math.max(0, index));
  const rest = () => {
    setAt(null);
    setAnchor(null);
  };
  const zoom = (one: number, other: number) => {
    rest();
    onZoom(one, other);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const move = MOVES[event.key];
    if (move) {
      event.preventDefault();
      const from = at ?? count - 1;
      setAt(at === null ? from : inside(move(from, count - 1)));
      if (!event.shiftKey) setAnchor(null);
      else if (anchor === null) setAnchor(from);
    } else if (event.key === "Enter" && at !== null) {
      event.preventDefault();
      zoom(anchor ?? at, at);
    } else if (event.key === "Escape") {
      setAnchor(null);
    }
  };
  return {
    at: at === null || at >= count ? null : at,
    selection:
      at === null || anchor === null || count === 0
        ? null
        : [Math.min(at, anchor, count - 1), Math.min(Math.max(at, anchor), count - 1)],
    handlers: (barAt) => {
      const under = (event: PointerEvent<HTMLElement>) =>
        barAt(event.clientX - event.currentTarget.getBoundingClientRect().left);
      return {
        onPointerDown: (event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          setAt(under(event));
          setAnchor(under(event));
        },
        onPointerMove: (event) => setAt(under(event)),
        onPointerUp: (event) => {
          if (anchor === null) return;
          // A press without a drag on one bar zooms into that bar.
          zoom(anchor, under(event));
        },
        onPointerCancel: rest,
        onPointerLeave: () => {
          if (anchor === null) setAt(null);
        },
        onKeyDown,
        onBlur: rest,
      };
    },
  };
}
