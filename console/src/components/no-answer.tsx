/** Not even the first rows came: what is wrong, and another try. */

import { Button } from "@mantine/core";
import { IconPlugConnectedX } from "@tabler/icons-react";
import { Blank } from "@/components/blank";

/** What went wrong, as the API says it. */
export interface Trouble {
  status: number;
  title: string;
  detail: string;
}

export interface Recovery {
  label: string;
  run: () => void;
  busy?: boolean;
}

interface NoAnswerProps {
  problem: Trouble;
  recovery: Recovery;
}

export function NoAnswer({ problem, recovery }: NoAnswerProps) {
  return (
    <div role="alert">
      <Blank
        icon={<IconPlugConnectedX size={22} />}
        title={problem.title}
        actions={
          <Button
            size="xs"
            variant="default"
            loading={recovery.busy ?? false}
            onClick={recovery.run}
          >
            {recovery.label}
          </Button>
        }
      >
        <p>{problem.detail}</p>
      </Blank>
    </div>
  );
}
