/** /admin/audit-log: arranges the tabs; the features do not know each other. */

import { Tabs } from "@mantine/core";
import { createRoute, notFound } from "@tanstack/react-router";
import { PageHead } from "@/components/page-head";
import { usePlatformDates } from "@/components/platform-dates";
import { useTitle } from "@/components/use-title";
import { ActivityTab } from "@/features/activity/activity-tab";
import { type ActivitySearch, parseActivitySearch } from "@/features/activity/search";
import { ProofBadge } from "@/features/proof/proof-badge";
import { addressOf, parseSessionSearch, type SessionAddress } from "@/features/sessions/search";
import { SessionsTab } from "@/features/sessions/sessions-tab";
import { may } from "../session";
import { useTenants } from "../tenants";
import classes from "./audit-log.module.css";
import { signedInRoute } from "./signed-in";

/** Each tab's own parameters; a tab that is left keeps its filters for the way back. */
type AuditLogSearch = ActivitySearch & SessionAddress & { tab?: "sessions" };

export const auditLogRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/audit-log",
  validateSearch: (raw: Record<string, unknown>): AuditLogSearch => ({
    ...(raw.tab === "sessions" ? { tab: raw.tab } : {}),
    ...parseActivitySearch(raw),
    ...addressOf(parseSessionSearch(raw)),
  }),
  beforeLoad: ({ context }) => {
    if (!may(context.session, "activity.read")) throw notFound();
  },
  component: AuditLogPage,
});

function AuditLogPage() {
  const address = auditLogRoute.useSearch();
  const { session } = auditLogRoute.useRouteContext();
  const navigate = auditLogRoute.useNavigate();
  const dates = usePlatformDates();
  const tenants = useTenants(session);
  const activity = parseActivitySearch({ ...address });
  const sessions = parseSessionSearch(address);
  const seesSessions = may(session, "sessions.read");
  const tab = seesSessions && address.tab ? address.tab : "activity";
  useTitle(tab === "sessions" ? "Sessions, audit log" : "Audit log");
  const showActivity = (next: ActivitySearch, { replace = false } = {}) =>
    void navigate({ search: { ...next, ...addressOf(sessions) }, replace, resetScroll: false });
  return (
    <Tabs
      value={tab}
      onChange={(value) =>
        value === "sessions"
          ? void navigate({ search: { ...address, tab: value } })
          : showActivity(activity)
      }
      keepMounted={false}
      classNames={{ list: classes.tabs, tab: classes.tab }}
    >
      <PageHead title="Audit log">
        <Tabs.List aria-label="Audit log">
          <Tabs.Tab value="activity">Activity</Tabs.Tab>
          {seesSessions && <Tabs.Tab value="sessions">Sessions</Tabs.Tab>}
        </Tabs.List>
      </PageHead>
      <Tabs.Panel value="activity">
        <ActivityTab
          search={activity}
          onSearch={showActivity}
          dates={dates}
          tenants={tenants}
          home={session.user.tenant}
          mayExport={may(session, "activity.export")}
          proof={(entry) => <ProofBadge entry={entry} />}
        />
      </Tabs.Panel>
      {seesSessions && (
        <Tabs.Panel value="sessions">
          <SessionsTab
            search={sessions}
            onSearch={(next, { replace = false } = {}) =>
              void navigate({
                search: { tab: "sessions", ...activity, ...addressOf(next) },
                replace,
                resetScroll: false,
              })
            }
            tenants={tenants}
            mayExport={may(session, "sessions.export")}
            mayRevoke={may(session, "sessions.revoke")}
            onEntries={(id) => showActivity({ session: id })}
            own={session.user.id}
            onShow={showActivity}
          />
        </Tabs.Panel>
      )}
    </Tabs>
  );
}
