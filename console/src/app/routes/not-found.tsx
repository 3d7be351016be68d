import { Anchor } from "@mantine/core";
import { IconMapOff } from "@tabler/icons-react";
import { Blank } from "@/components/blank";
import { useTitle } from "@/components/use-title";

export function NotFound() {
  useTitle("Page not found");
  return (
    <Blank
      level={1}
      icon={<IconMapOff size={22} />}
      title="Page not found"
      actions={<Anchor href="/admin/">Go to the start page</Anchor>}
    >
      <p>There is no such page, or your role does not include it.</p>
    </Blank>
  );
}
