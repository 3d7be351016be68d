/** The QR code, dark on white in every scheme: cameras read nothing else as well. */

import { readQrCode } from "./qr-code";
import classes from "./setup.module.css";

export function QrImage({ svg }: { svg: string }) {
  const code = readQrCode(svg);
  if (!code) return null;
  return (
    <svg
      className={classes.qr}
      viewBox={`0 0 ${code.size} ${code.size}`}
      role="img"
      aria-label="QR code to scan with the app; the key below says the same"
      shapeRendering="crispEdges"
    >
      <path d={code.path} transform={`scale(${code.scale})`} stroke="#000" />
    </svg>
  );
}
