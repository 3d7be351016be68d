/** /admin/settings, for a Super Admin. */

import { useQueryClient } from "@tanstack/react-query";
import { createRoute, notFound } from "@tanstack/react-router";
import { useTitle } from "@/components/use-title";
import { DateSettings } from "@/features/settings/date-settings";
import { may, sessionQuery } from "../session";
import { signedInRoute } from "./signed-in";

export const settingsRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/settings",
  beforeLoad: ({ context }) => {
    if (!may(context.session, "settings.change")) throw notFound();
  },
  component: SettingsPage,
});

function SettingsPage() {
  const queryClient = useQueryClient();
  useTitle("Settings");
  return (
    <DateSettings
      onSaved={(settings) =>
        // The session carries the settings; every time on screen follows at once.
        queryClient.setQueryData(
          sessionQuery.queryKey,
          (session) => session && { ...session, settings },
        )
      }
    />
  );
}
