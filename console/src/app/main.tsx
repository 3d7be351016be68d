import "@mantine/core/styles.css";
import "@mantine/dates/styles.css";
import "@mantine/notifications/styles.css";
import "./global.css";
import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { makeQueryClient } from "./query";
import { makeRouter } from "./router";
import { refreshSession, sessionQuery } from "./session";
import { BusyNote } from "./shell/busy-note";
import { theme } from "./theme";

const colorScheme = localStorageColorSchemeManager({ key: "indelible-color-scheme" });

const queryClient = makeQueryClient({
  onSignedOut(problem) {
    // Several requests learn of the end at once; the first one moves us.
    if (queryClient.getQueryData(sessionQuery.queryKey) === null) return;
    queryClient.setQueryData(sessionQuery.queryKey, null);
    const next = router.state.location.publicHref;
    const reason = problem.revoked ? "revoked" : "ended";
    void router.navigate({ to: "/sign-in", search: { next, reason }, replace: true });
  },
  async onEnrolmentDue() {
    // The routes decide where to go, by what the server now says of the session.
    await refreshSession(queryClient);
    await router.invalidate();
  },
});
const router = makeRouter(queryClient);

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
  interface HistoryState {
    /** The address to sign in with, where the page before knows it. */
    email?: string;
  }
}

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");

createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto" colorSchemeManager={colorScheme}>
      <QueryClientProvider client={queryClient}>
        <Notifications position="bottom-center" autoClose={5000} />
        <RouterProvider router={router} />
        <BusyNote />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
