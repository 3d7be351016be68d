/** A second factor that is on: since when, how many recovery codes are left, and the ways to change it. */

import { Button } from "@mantine/core";
import { useRef, useState } from "react";
import type { Account } from "@/api/types";
import { Notice } from "@/components/notice";
import { Timestamp } from "@/components/timestamp";
import { type Change, ChangeDialog } from "./change-dialog";
import classes from "./manage-factor.module.css";

const FEW = 3;

interface ManageFactorProps {
  factor: Account["secondFactor"];
  onCodes: (codes: string[]) => void;
  onRemoved: () => void;
}

function leftWords(left: number): string {
  if (left === 0) return "None";
  return left === 1 ? "1, for one sign-in" : `${left}, each for one sign-in`;
}

export function ManageFactor({ factor, onCodes, onRemoved }: ManageFactorProps) {
  const [asking, setAsking] = useState<Change | null>(null);
  const pressed = useRef<Element>(null);
  const ask = (change: Change) => {
    pressed.current = document.activeElement;
    setAsking(change);
  };
  const left = factor.recoveryCodesLeft;
  return (
    <>
      {left < FEW && (
        <div className={classes.warning}>
          <Notice
            tone="danger"
            title={left === 0 ? "No recovery code is left." : "Few recovery codes are left."}
            detail="Make new ones: without them and without your app you can’t sign in."
          />
        </div>
      )}
      <dl className={classes.facts}>
        <dt>On since</dt>
        <dd>{factor.enrolledAt && <Timestamp instant={factor.enrolledAt} />}</dd>
        <dt>Recovery codes left</dt>
        <dd>{leftWords(left)}</dd>
      </dl>
      <div className={classes.actions}>
        <Button size="xs" variant="default" onClick={() => ask("codes")}>
          New recovery codes
        </Button>
        {!factor.required && (
          <Button size="xs" variant="default" onClick={() => ask("removal")}>
            Turn off
          </Button>
        )}
        {factor.required && <span className={classes.aside}>Your role can’t do without it.</span>}
      </div>
      <ChangeDialog
        asking={asking}
        onClose={() => {
          setAsking(null);
          if (pressed.current instanceof HTMLElement) pressed.current.focus();
        }}
        onCodes={(codes) => {
          setAsking(null);
          onCodes(codes);
        }}
        onRemoved={() => {
          setAsking(null);
          onRemoved();
        }}
      />
    </>
  );
}
