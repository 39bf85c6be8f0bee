-- The head of a board in columns of its own: the state is now kept every few hundred entries only, because it grows with
-- the team and was written again for every op.
-- Applied migrations are never edited; a new one is added and listed in src/database/sqlite.rs.

alter table workspace add column n integer not null default 0 check (n >= 0);
alter table workspace add column hash blob not null
    default x'0000000000000000000000000000000000000000000000000000000000000000' check (length(hash) = 32);
-- Counts requests to join: a change is the sign to look for them.
alter table workspace add column asks integer not null default 0;
-- Restored from a backup; devices bring back what came after it.
alter table workspace add column healing integer not null default 0 check (healing in (0, 1));

update workspace
set n = coalesce((select max(entry.n) from entry where entry.workspace = workspace.key), 0);
update workspace
set hash = (select entry.hash from entry where entry.workspace = workspace.key and entry.n = workspace.n)
where n > 0;

-- Devices that came since the restore and hold nothing that is not here.
create table healed (
    workspace integer not null references workspace (key),
    device blob not null check (length(device) = 16),
    primary key (workspace, device)
) strict, without rowid;

-- Whose boards these are: a hub with another key would sign receipts that nobody believes.
create table hub (
    only_row integer not null primary key check (only_row = 1),
    public_key blob not null check (length(public_key) = 32)
) strict;
