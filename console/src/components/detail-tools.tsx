/** The ways from the details of a row to what belongs to it. */

import { Button } from "@mantine/core";
import type { TablerIcon } from "@tabler/icons-react";
import classes from "./facts.module.css";

export interface Tool {
  label: string;
  Icon: TablerIcon;
  go: () => void;
}

export function DetailTools({ tools }: { tools: readonly (Tool | false | undefined)[] }) {
  return (
    <div className={classes.tools}>
      {tools.map(
        (tool) =>
          tool && (
            <Button
              key={tool.label}
              size="compact-sm"
              variant="default"
              leftSection={<tool.Icon size={15} aria-hidden />}
              onClick={tool.go}
            >
              {tool.label}
            </Button>
          ),
      )}
    </div>
  );
}
