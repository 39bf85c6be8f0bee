-- The hub's one file. Bodies are sealed: nothing here can be read without a member's keys.
-- Applied migrations are never edited; a new one is added and listed in src/database.rs.

create table workspace (
    key integer not null primary key,
    id blob not null unique check (length(id) = 32),
    -- State at the head, of the same transaction as its last entry: opening verifies no signature twice.
    chain blob not null
) strict;

create table entry (
    workspace integer not null references workspace (key),
    n integer not null check (n > 0),
    hub_time integer not null,
    op blob not null check (length(op) = 16),
    device blob not null check (length(device) = 16),
    seq integer not null check (seq > 0),
    -- Chain hash after this entry.
    hash blob not null check (length(hash) = 32),
    header blob not null,
    signature blob not null check (length(signature) = 64),
    body blob not null,
    -- Pages after a cursor.
    primary key (workspace, n),
    -- The same op sent again gets its receipt again; another op under a used sequence is a cloned device.
    unique (workspace, device, seq)
) strict;

-- Newcomers waiting for a lead's device, one for each invitation. Those who were let in are kept for a while: a
-- newcomer whose connection was lost in that moment asks again with the same bytes.
create table join_request (
    workspace integer not null references workspace (key),
    invite blob not null check (length(invite) = 16),
    request blob not null,
    at integer not null,
    admitted integer not null default 0 check (admitted in (0, 1)),
    primary key (workspace, invite)
) strict, without rowid;
