"""The platform's HTTP API, one file a noun."""

from edge_platform.routes import (
    acls,
    assignments,
    config_templates,
    connectors,
    edges,
    groups,
    peerings,
    policies,
    roles,
    sync,
    tenants,
    users,
    wireguard,
)

ROUTERS = (
    tenants.router,
    users.router,
    groups.router,
    roles.router,
    policies.router,
    assignments.router,
    config_templates.router,
    edges.router,
    sync.router,
    connectors.router,
    wireguard.router,
    peerings.router,
    acls.router,
)
