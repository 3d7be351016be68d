/** A string from the log, with what was taken out of it shown as what it is. */

import { IconLock, IconScissors } from "@tabler/icons-react";
import { visible } from "@/components/visible";
import classes from "./log-text.module.css";
import { type Piece, piecesOf } from "./pieces";

function Token({ piece }: { piece: Piece }) {
  if (piece.kind === "redacted") {
    return (
      <span
        className={classes.token}
        title="A secret stood here. It was taken out before the entry was recorded."
      >
        <IconLock size={11} aria-hidden />
        Redacted
      </span>
    );
  }
  return (
    <span className={classes.token} title="The value was longer. The rest was not recorded.">
      <IconScissors size={11} aria-hidden />
      {piece.text}
    </span>
  );
}

export function LogText({ text }: { text: string }) {
  return piecesOf(text).map((piece, index) =>
    piece.kind === "text" ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one string never move
      <span key={index}>{visible(piece.text)}</span>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one string never move
      <Token key={index} piece={piece} />
    ),
  );
}
