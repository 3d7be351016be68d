/** Says that a change was made, with the way to what the log says about it. */

import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";

export interface Done {
  title: string;
  message: string;
  /** Shows the entry of the change. */
  onEntry?: (() => void) | undefined;
}

/** Long enough to be read and pressed; it waits while the pointer or the focus is on it. */
const STAYS = 12_000;

export function sayDone({ title, message, onEntry }: Done): void {
  const show = () => {
    notifications.hide(id);
    onEntry?.();
  };
  const id = notifications.show({
    color: "green",
    title,
    autoClose: STAYS,
    message: (
      <>
        {message}
        {onEntry && (
          <Button size="compact-xs" variant="default" mt={6} display="block" onClick={show}>
            View in audit log
          </Button>
        )}
      </>
    ),
  });
}
