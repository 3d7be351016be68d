/** The recovery codes, shown this once: copied, downloaded or printed. */

import { Button } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { IconCheck, IconCopy, IconDownload, IconPrinter } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { saveFile } from "@/components/save-file";
import classes from "./recovery-codes.module.css";
import { sheetOf } from "./sheet";

interface RecoveryCodesProps {
  /** Of its heading. */
  level: 2 | 3;
  codes: readonly string[];
  email: string;
  /** Called when they are kept. */
  onKept: () => void;
}

const NAME = "indelible-recovery-codes.txt";

export function RecoveryCodes({ level, codes, email, onKept }: RecoveryCodesProps) {
  const { copied, copy } = useClipboard({ timeout: 2000 });
  const heading = useRef<HTMLHeadingElement>(null);
  const Heading = level === 2 ? "h2" : "h3";
  const day = new Date().toISOString().slice(0, 10);
  const text = sheetOf(codes, email, window.location.host, day);
  // What was asked for is answered here, so this is what is read out next.
  useEffect(() => heading.current?.focus(), []);
  return (
    <div className={classes.sheet}>
      <Heading ref={heading} tabIndex={-1} className={classes.heading}>
        Keep your recovery codes
      </Heading>
      <p className={classes.words}>
        Without your app, each of them signs you in once. <strong>They are shown this once:</strong>{" "}
        keep them where you keep passwords, not on the phone alone.
      </p>
      <p className={classes.printed}>
        Indelible at {window.location.host}, account {email}, made {day}
      </p>
      <ol className={classes.codes} aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <div className={classes.tools}>
        <Button
          size="xs"
          variant="default"
          leftSection={copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
          onClick={() => copy(codes.join("\n"))}
        >
          {copied ? "Copied" : "Copy"}
        </Button>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconDownload size={15} />}
          onClick={() => saveFile(new Blob([text], { type: "text/plain" }), NAME)}
        >
          Download
        </Button>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPrinter size={15} />}
          onClick={() => window.print()}
        >
          Print
        </Button>
      </div>
      <Button className={classes.kept} onClick={onKept}>
        I have kept them
      </Button>
    </div>
  );
}
