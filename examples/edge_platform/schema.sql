-- The platform's own tables. Nothing in them knows of the log, and the log points at none of them.
--
-- Every foreign key names the tenant too, so that nothing can refer to another tenant's things.
-- None cascades: what would vanish in silence has to be deleted by a request of its own,
-- and so has an entry of its own.

CREATE SCHEMA IF NOT EXISTS edge;

CREATE TABLE IF NOT EXISTS edge.tenants (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name text NOT NULL UNIQUE,
    region text NOT NULL,
    plan text NOT NULL
);

CREATE TABLE IF NOT EXISTS edge.users (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    tenant uuid NOT NULL REFERENCES edge.tenants,
    name text NOT NULL,
    email text NOT NULL,
    title text NOT NULL,
    UNIQUE (tenant, email),
    PRIMARY KEY (tenant, id)
);

CREATE TABLE IF NOT EXISTS edge.groups (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    tenant uuid NOT NULL REFERENCES edge.tenants,
    name text NOT NULL,
    description text NOT NULL,
    UNIQUE (tenant, name),
    PRIMARY KEY (tenant, id)
);

CREATE TABLE IF NOT EXISTS edge.roles (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    tenant uuid NOT NULL REFERENCES edge.tenants,
    name text NOT NULL,
    description text NOT NULL,
    permissions jsonb NOT NULL,
    UNIQUE (tenant, name),
    PRIMARY KEY (tenant, id)
);

CREATE TABLE IF NOT EXISTS edge.policies (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    tenant uuid NOT NULL REFERENCES edge.tenants,
    name text NOT NULL,
    effect text NOT NULL,
    targets jsonb NOT NULL,
    UNIQUE (tenant, name),
    PRIMARY KEY (tenant, id)
);

-- Who holds what: a user or a group holds a role or a policy.
CREATE TABLE IF NOT EXISTS edge.assignments (
    tenant uuid NOT NULL REFERENCES edge.tenants,
    user_id uuid,
    group_id uuid,
    role_id uuid,
    policy_id uuid,
    CHECK (num_nonnulls(user_id, group_id) = 1 AND num_nonnulls(role_id, policy_id) = 1),
    UNIQUE NULLS NOT DISTINCT (user_id, group_id, role_id, policy_id),
    FOREIGN KEY (tenant, user_id) REFERENCES edge.users (tenant, id),
    FOREIGN KEY (tenant, group_id) REFERENCES edge.groups (tenant, id),
    FOREIGN KEY (tenant, role_id) REFERENCES edge.roles (tenant, id),
    FOREIGN KEY (tenant, policy_id) REFERENCES edge.policies (tenant, id)
);

CREATE TABLE IF NOT EXISTS edge.config_templates (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    tenant uuid NOT NULL REFERENCES edge.tenants,
    name text NOT NULL,
    body text NOT NULL,
    UNIQUE (tenant, name),
    PRIMARY KEY (tenant, id)
);

CREATE TABLE IF NOT EXISTS edge.edges (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    tenant uuid NOT NULL REFERENCES edge.tenants,
    name text NOT NULL,
    site text NOT NULL,
    model text NOT NULL,
    template_id uuid,
    synced_at timestamptz,
    UNIQUE (tenant, name),
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, template_id) REFERENCES edge.config_templates (tenant, id)
);

CREATE TABLE IF NOT EXISTS edge.connectors (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    tenant uuid NOT NULL REFERENCES edge.tenants,
    name text NOT NULL,
    edge_id uuid NOT NULL,
    upstream text NOT NULL,
    certificate_serial text NOT NULL,
    certificate_expires timestamptz NOT NULL,
    certificate_revoked timestamptz,
    UNIQUE (tenant, name),
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, edge_id) REFERENCES edge.edges (tenant, id)
);

-- Public keys only: a private key is shown once, to whoever made it, and kept nowhere.
CREATE TABLE IF NOT EXISTS edge.wireguard (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    tenant uuid NOT NULL REFERENCES edge.tenants,
    name text NOT NULL,
    edge_id uuid NOT NULL,
    address text NOT NULL,
    listen_port integer NOT NULL,
    public_key text NOT NULL UNIQUE,
    UNIQUE (edge_id, name),
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, edge_id) REFERENCES edge.edges (tenant, id)
);

CREATE TABLE IF NOT EXISTS edge.peerings (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    tenant uuid NOT NULL REFERENCES edge.tenants,
    name text NOT NULL,
    left_id uuid NOT NULL,
    right_id uuid NOT NULL,
    keepalive integer NOT NULL,
    CHECK (left_id <> right_id),
    UNIQUE (tenant, name),
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, left_id) REFERENCES edge.wireguard (tenant, id),
    FOREIGN KEY (tenant, right_id) REFERENCES edge.wireguard (tenant, id)
);

CREATE UNIQUE INDEX IF NOT EXISTS one_peering_a_pair
    ON edge.peerings (least(left_id, right_id), greatest(left_id, right_id));

CREATE TABLE IF NOT EXISTS edge.acls (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    tenant uuid NOT NULL REFERENCES edge.tenants,
    name text NOT NULL,
    edge_id uuid NOT NULL,
    rules jsonb NOT NULL,
    UNIQUE (edge_id, name),
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, edge_id) REFERENCES edge.edges (tenant, id)
);
