/**
 * A QR code as the server draws it: an SVG element with one path.
 *
 * Its path alone is taken out and drawn by us, so that no markup of an answer comes into the page.
 */

export interface QrCode {
  /** Width and height of the drawing, quiet zone included. */
  size: number;
  /** How many units of the drawing a module is wide. */
  scale: number;
  path: string;
}

const BOX = /\bviewBox="0 0 (\d{1,4}) \1"/;
const SCALE = /\btransform="scale\((\d{1,2})\)"/;
const PATH = /\bd="([MmHhVvLlZz\d .,-]{10,60000})"/;

/** Null for what is not drawn like that: the key can still be typed in. */
export function readQrCode(svg: string): QrCode | null {
  const size = BOX.exec(svg)?.[1];
  const path = PATH.exec(svg)?.[1];
  if (!size || !path) return null;
  return { size: Number(size), scale: Number(SCALE.exec(svg)?.[1] ?? 1), path };
}

/** A key in groups of four, as apps show it for typing in. */
export function inGroups(secret: string): string {
  return secret.match(/.{1,4}/g)?.join(" ") ?? secret;
}
