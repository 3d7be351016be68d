/** Downloads all that passes the filters; says how much before, how far meanwhile, and how it ended. */

import { Button, CloseButton, Tooltip } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconDownload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import classes from "./export-button.module.css";
import { counted } from "./row-count";
import { saveFile } from "./save-file";

function size(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

interface Archive {
  blob: Blob;
  name: string;
}

/** Fetches the archive; what it throws says what went wrong. */
export type Download = (
  onBytes: (received: number) => void,
  signal: AbortSignal,
) => Promise<Archive>;

interface ExportButtonProps {
  /** For the rows on screen; both are absent while they are not known. */
  fetchArchive: Download | undefined;
  total: number | undefined;
  /** Why there is nothing to export. */
  nothing: string;
}

export function ExportButton({ fetchArchive, total, nothing }: ExportButtonProps) {
  const [received, setReceived] = useState(0);
  const stop = useRef<AbortController>(null);
  const download = useMutation<Archive, { title: string; detail: string }, Download>({
    mutationFn: (fetchIt) => {
      stop.current = new AbortController();
      setReceived(0);
      return fetchIt(setReceived, stop.current.signal);
    },
    onSuccess: ({ blob, name }) => {
      saveFile(blob, name);
      const message = `${name}, ${size(blob.size)}. The export is in the log.`;
      notifications.show({ color: "green", title: "Export downloaded", message });
    },
    onError: (thrown) => {
      if (stop.current?.signal.aborted) return;
      const message = `${thrown.title}. ${thrown.detail}`;
      notifications.show({ color: "red", title: "Export failed", message, autoClose: 12_000 });
    },
  });
  if (download.isPending) {
    return (
      <div className={classes.progress} role="status">
        <span>Exporting… {received > 0 && size(received)}</span>
        <CloseButton size="sm" aria-label="Cancel export" onClick={() => stop.current?.abort()} />
      </div>
    );
  }
  const label = total === undefined ? "Export" : `Export ${counted(total, "row", "rows")}`;
  const none = total === 0;
  const button = (
    <Button
      size="compact-sm"
      variant="default"
      h={28}
      px={10}
      leftSection={<IconDownload size={15} aria-hidden />}
      aria-disabled={!total}
      {...(total ? {} : { "data-disabled": true })}
      onClick={() => fetchArchive && total && download.mutate(fetchArchive)}
    >
      {label}
    </Button>
  );
  const why = none ? `Nothing to export: ${nothing}` : "ZIP with a CSV file";
  return (
    <Tooltip
      label={why}
      events={{ hover: true, focus: true, touch: true }}
      openDelay={none ? 0 : 400}
    >
      {button}
    </Tooltip>
  );
}
