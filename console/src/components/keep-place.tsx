/** Keeps what is being read where it is while a refresh puts rows in above it. */

import { Component, createRef, type ReactNode } from "react";

interface KeepPlaceProps {
  /** Which rows these are: other filters or another page may move everything. */
  question: string;
  rows: readonly { id: string }[] | undefined;
  children: ReactNode;
}

/** Tops of rows in the viewport, by id. */
type Places = Map<string, number> | null;

const ROW = "tr[data-row]";

// A class, because only a class can measure right before React changes the page.
export class KeepPlace extends Component<KeepPlaceProps> {
  private readonly box = createRef<HTMLDivElement>();

  private measure(): { first: number; places: Map<string, number> } {
    const places = new Map<string, number>();
    let first = 0;
    for (const row of this.box.current?.querySelectorAll<HTMLElement>(ROW) ?? []) {
      const { top } = row.getBoundingClientRect();
      if (places.size === 0) first = top;
      places.set(row.dataset.row ?? "", top);
    }
    return { first, places };
  }

  override getSnapshotBeforeUpdate(before: KeepPlaceProps): Places {
    if (before.question !== this.props.question || before.rows === this.props.rows) return null;
    const { first, places } = this.measure();
    // The head of the table stays on screen and covers what scrolls under it.
    const covered =
      this.box.current?.querySelector("thead th")?.getBoundingClientRect().bottom ?? 0;
    // Whoever sees the top of the list wants to see what is new.
    if (first >= covered) return null;
    for (const [id, top] of places) {
      if (top < covered || top > window.innerHeight) places.delete(id);
    }
    return places;
  }

  override componentDidUpdate(_props: KeepPlaceProps, _state: unknown, before: Places) {
    if (!before) return;
    const { places } = this.measure();
    for (const [id, top] of before) {
      const now = places.get(id);
      if (now === undefined) continue;
      window.scrollBy({ top: now - top, behavior: "instant" });
      return;
    }
  }

  override render() {
    return (
      <div ref={this.box} style={{ overflowAnchor: "none" }}>
        {this.props.children}
      </div>
    );
  }
}
