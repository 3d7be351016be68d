/** Where in a recorded string something was taken out. */

export interface Piece {
  kind: "text" | "redacted" | "cut";
  text: string;
}

// A path or query carries the mark percent-encoded.
const MARK = /(\[REDACTED\]|%5BREDACTED%5D)|…\[cut: ([^\]]{1,80})\]/g;

/** The string in pieces, in order; a mark of a cut says how much is missing. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const found of text.matchAll(MARK)) {
    if (found.index > end) pieces.push({ kind: "text", text: text.slice(end, found.index) });
    const cut = found[2];
    pieces.push(cut ? { kind: "cut", text: `Cut: ${cut}` } : { kind: "redacted", text: found[0] });
    end = found.index + found[0].length;
  }
  if (end < text.length || pieces.length === 0)
    pieces.push({ kind: "text", text: text.slice(end) });
  return pieces;
}
