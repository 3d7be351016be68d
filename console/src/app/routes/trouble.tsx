/** The whole page could not be shown: the server was not reached, or the console has a fault. */

import { Button } from "@mantine/core";
import { IconPlugConnectedX } from "@tabler/icons-react";
import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { Problem } from "@/api/problem";
import { Blank } from "@/components/blank";
import { useTitle } from "@/components/use-title";

export function Trouble({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  useTitle("Problem");
  const known = error instanceof Problem ? error : null;
  const again = () => {
    reset();
    void router.invalidate();
  };
  return (
    <Blank
      level={1}
      icon={<IconPlugConnectedX size={22} />}
      title={known?.title ?? "The console has a fault"}
      actions={<Button onClick={again}>Try again</Button>}
    >
      <p>{known?.detail ?? (error instanceof Error ? error.message : String(error))}</p>
    </Blank>
  );
}
