/** /admin/audit-log: arranges the tabs; the features do not know each other. */

import { Tabs } from "@mantine/core";
import { createRoute, notFound } from "@tanstack/react-router";
import { usePlatformDates } from "@/components/platform-dates";
import { useTitle } from "@/components/use-title";
import { ActivityTab } from "@/features/activity/activity-tab";
import { type ActivitySearch, parseActivitySearch } from "@/features/activity/search";
import { SessionsTab } from "@/features/sessions/sessions-tab";
import { may } from "../session";
import { useTenants } from "../tenants";
import classes from "./audit-log.module.css";
import { signedInRoute } from "./signed-in";

type AuditLogSearch = ActivitySearch & { tab?: "sessions" };

export const auditLogRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/audit-log",
  validateSearch: (raw: Record<string, unknown>): AuditLogSearch => ({
    ...(raw.tab === "sessions" ? { tab: raw.tab } : {}),
    ...parseActivitySearch(raw),
  }),
  beforeLoad: ({ context }) => {
    if (!may(context.session, "activity.read")) throw notFound();
  },
  component: AuditLogPage,
});

function AuditLogPage() {
  const { tab, ...search } = auditLogRoute.useSearch();
  const { session } = auditLogRoute.useRouteContext();
  const navigate = auditLogRoute.useNavigate();
  const dates = usePlatformDates();
  const tenants = useTenants(session);
  useTitle(tab === "sessions" ? "Sessions, audit log" : "Audit log");
  return (
    <Tabs
      value={tab ?? "activity"}
      onChange={(value) =>
        void navigate({ search: value === "sessions" ? { ...search, tab: "sessions" } : search })
      }
      keepMounted={false}
      classNames={{ list: classes.tabs, tab: classes.tab }}
    >
      <div className={classes.head}>
        <h1 className={classes.title}>Audit log</h1>
        <Tabs.List aria-label="Audit log">
          <Tabs.Tab value="activity">Activity</Tabs.Tab>
          <Tabs.Tab value="sessions">Sessions</Tabs.Tab>
        </Tabs.List>
      </div>
      <Tabs.Panel value="activity">
        <ActivityTab
          search={search}
          onSearch={(next, { replace = false } = {}) =>
            void navigate({ search: next, replace, resetScroll: false })
          }
          dates={dates}
          tenants={tenants}
          mayExport={may(session, "activity.export")}
        />
      </Tabs.Panel>
      <Tabs.Panel value="sessions">
        <SessionsTab />
      </Tabs.Panel>
    </Tabs>
  );
}
