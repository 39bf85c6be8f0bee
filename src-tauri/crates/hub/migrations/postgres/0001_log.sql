-- The hub's tables, the same as those of migrations/sqlite: the same statements run over both.
-- Applied migrations are never edited; a new one is added and listed in src/database/postgres.rs.

create table workspace (
    key bigint generated always as identity primary key,
    id bytea not null unique check (length(id) = 32),
    -- State at some place not far behind the head.
    chain bytea not null,
    -- The head. Its row lock is what gives every entry its place: a sequence leaves gaps that readers skip.
    n bigint not null default 0 check (n >= 0),
    hash bytea not null default decode(repeat('00', 32), 'hex') check (length(hash) = 32),
    -- Counts requests to join: a change is the sign to look for them.
    asks bigint not null default 0,
    -- Restored from a backup; devices bring back what came after it.
    healing bigint not null default 0 check (healing in (0, 1))
)
-- The head is written with every group: room on the page keeps that update away from the indexes.
with (fillfactor = 50);

create table entry (
    workspace bigint not null references workspace (key),
    n bigint not null check (n > 0),
    hub_time bigint not null,
    op bytea not null check (length(op) = 16),
    device bytea not null check (length(device) = 16),
    seq bigint not null check (seq > 0),
    -- Chain hash after this entry.
    hash bytea not null check (length(hash) = 32),
    header bytea not null,
    signature bytea not null check (length(signature) = 64),
    body bytea not null,
    -- Pages after a cursor.
    primary key (workspace, n),
    -- The same op sent again gets its receipt again; another op under a used sequence is a cloned device.
    unique (workspace, device, seq)
);
-- Sealed bytes do not get smaller.
alter table entry alter column body set storage external;

-- Newcomers waiting for a lead's device, one for each invitation.
create table join_request (
    workspace bigint not null references workspace (key),
    invite bytea not null check (length(invite) = 16),
    request bytea not null,
    at bigint not null,
    admitted bigint not null default 0 check (admitted in (0, 1)),
    primary key (workspace, invite)
);

-- Devices that came since the restore and hold nothing that is not here.
create table healed (
    workspace bigint not null references workspace (key),
    device bytea not null check (length(device) = 16),
    primary key (workspace, device)
);

-- Whose boards these are: a hub with another key would sign receipts that nobody believes.
create table hub (
    only_row bigint not null primary key check (only_row = 1),
    public_key bytea not null check (length(public_key) = 32)
);
