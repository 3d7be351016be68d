/** A list without rows, and why: the words, and the way back to rows. */

import { Button } from "@mantine/core";
import { IconFilterOff, IconLock } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Blank } from "./blank";

/** Why a list has no rows. */
export interface Lack {
  icon: ReactNode;
  title: string;
  words: string;
}

/** Nothing of the list passes its filters: "No session passes these filters". */
export function filteredOut(one: string): Lack {
  return {
    icon: <IconFilterOff size={22} />,
    title: `No ${one} passes these filters`,
    words: "Take away a filter above, or clear all of them.",
  };
}

/** The list is not the reader's to see: "You may not see sessions". */
export function notYours(what: string): Lack {
  return {
    icon: <IconLock size={22} />,
    title: `You may not see ${what}`,
    words: "Your role does not include this. An administrator of your tenant can change that.",
  };
}

/** Each way is a button. */
export function NoRows({ lack, ways = [] }: { lack: Lack; ways?: (Way | false | undefined)[] }) {
  const open = ways.filter((way): way is Way => Boolean(way));
  return (
    <Blank
      icon={lack.icon}
      title={lack.title}
      actions={
        open.length > 0 &&
        open.map(({ label, go }) => (
          <Button key={label} variant="default" size="xs" onClick={go}>
            {label}
          </Button>
        ))
      }
    >
      <p>{lack.words}</p>
    </Blank>
  );
}

export interface Way {
  label: string;
  go: () => void;
}
