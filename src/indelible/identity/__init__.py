"""Who is there and who may what: login, sessions, users, tenants, roles, access."""
