/** A link that is shown this once: to copy and to pass on. */

import { Button, TextInput } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import type { User, UserLink } from "@/api/types";
import classes from "@/components/dialog.module.css";
import { Timestamp } from "@/components/timestamp";
import linkClasses from "./link-shown.module.css";

interface LinkShownProps {
  user: User;
  link: UserLink;
  onClose: () => void;
}

export function LinkShown({ user, link, onClose }: LinkShownProps) {
  const { copied, copy } = useClipboard({ timeout: 4000 });
  const button = useRef<HTMLButtonElement>(null);
  // The form that had the focus has made room for this.
  useEffect(() => button.current?.focus(), []);
  const address = new URL(link.url, window.location.origin).href;
  return (
    <div className={classes.form}>
      <p className={classes.words}>
        Pass this link on to {user.name || user.email} in a way that only they can read. It works
        once, until <Timestamp instant={link.expiresAt} />. <strong>It is not shown again:</strong>{" "}
        if it gets lost, make another.
      </p>
      <div className={linkClasses.link}>
        <TextInput
          className={linkClasses.address ?? ""}
          label="Link"
          value={address}
          readOnly
          onFocus={(event) => event.currentTarget.select()}
        />
        <Button
          ref={button}
          leftSection={
            copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />
          }
          onClick={() => copy(address)}
        >
          <span aria-live="polite">{copied ? "Copied" : "Copy link"}</span>
        </Button>
      </div>
      <div className={classes.actions}>
        <Button variant="default" onClick={onClose}>
          Done
        </Button>
      </div>
    </div>
  );
}
