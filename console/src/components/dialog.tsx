/** A question in front of the page: title, close button, and what is asked. */

import { Modal } from "@mantine/core";
import type { FocusEvent, KeyboardEvent, ReactNode } from "react";
import classes from "./dialog.module.css";

interface DialogProps {
  title: string;
  opened: boolean;
  onClose: () => void;
  children: ReactNode;
  size?: number;
  /** False where the opener knows better who gets the focus afterwards. */
  returnFocus?: boolean;
  /** It may stand above another dialog. */
  above?: boolean;
}

/**
 * Escape for the upper of two dialogs alone.
 *
 * Mantine's dialogs listen at the window, each for itself, and leave out only what comes from an
 * element with this attribute.
 */
function keepingEscape(onClose: () => void) {
  return {
    onFocusCapture: (event: FocusEvent) =>
      event.target.setAttribute("data-mantine-stop-propagation", "true"),
    // Capture: the content drops a plain onKeyDown.
    onKeyDownCapture: (event: KeyboardEvent) => event.key === "Escape" && onClose(),
  };
}

export function Dialog(props: DialogProps) {
  const { above = false } = props;
  return (
    <Modal.Root
      opened={props.opened}
      onClose={props.onClose}
      transitionProps={{ duration: 0 }}
      returnFocus={props.returnFocus ?? true}
      size={props.size ?? 460}
      centered
      zIndex={above ? 300 : 200}
      closeOnEscape={!above}
      classNames={{ content: classes.content }}
    >
      <Modal.Overlay />
      <Modal.Content radius={10} {...(above ? keepingEscape(props.onClose) : {})}>
        {/* Not Modal.Header: that is a second banner of the page. */}
        <div className={classes.head}>
          <Modal.Title className={classes.title}>{props.title}</Modal.Title>
          <Modal.CloseButton aria-label="Close" />
        </div>
        <Modal.Body>{props.children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
