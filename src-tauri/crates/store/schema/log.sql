-- log.db: the truth. Every entry verbatim, and what waits to become one. Tiny and stable.

create table meta (
    key   text primary key not null,
    value blob not null
) strict, without rowid;

create table entry (
    n         integer primary key not null, -- place, from 1 without gaps
    hub_time  integer not null,             -- UTC ms
    kind      integer not null,
    op        blob not null,
    device    blob not null,
    hash      blob not null,                -- chain hash after this entry
    header    blob not null,                -- verbatim, never re-serialised
    signature blob not null,
    body      blob not null
) strict;

-- Keys and invitations are found without reading a hundred thousand actions.
create index entry_membership on entry (n) where kind <> 2;

create table pending (
    seq         integer primary key autoincrement not null, -- this device's own order
    kind        integer not null,
    op          blob not null,
    space       integer not null,
    author_time integer not null,
    plain       blob not null -- an action's part, or what an add-device op is made of
) strict;

-- The receipt of a pushed op names it.
create unique index pending_op on pending (op);

-- Sealed late, then kept: sending again is sending the same bytes.
create table sealed (
    seq       integer primary key not null,
    header    blob not null,
    signature blob not null,
    body      blob not null
) strict;

-- Refused for good by the hub: what was typed stays readable.
create table refused (
    op          blob primary key not null,
    author_time integer not null,
    plain       blob not null,
    message     text not null
) strict;
