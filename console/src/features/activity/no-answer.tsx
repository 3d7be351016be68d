/** Not even the first rows came: what is wrong, and another try. */

import { Button } from "@mantine/core";
import { IconPlugConnectedX } from "@tabler/icons-react";
import type { Problem } from "@/api/problem";
import { Blank } from "@/components/blank";

interface NoAnswerProps {
  problem: Problem;
  recovery: { label: string; run: () => void; busy?: boolean };
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
