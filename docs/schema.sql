-- log.db

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

-- view.db

-- view.db: what the log folds to. A cache: any change here means a refold.

create table meta (
    key   text primary key not null,
    value blob not null
) strict, without rowid;

create table campaign (
    id      blob primary key not null,
    state   blob not null,    -- domain::fold::RecordState, pending edits included
    hidden  integer not null, -- deleted, and nobody edited it since
    over_ms integer not null, -- from when it is over, or the end of time without dates
    waits   integer not null  -- something is proposed
) strict, without rowid;

-- The lane of campaigns: what is not over yet, then what is.
create index campaign_lane on campaign (hidden, over_ms, id);
-- The few for which something is proposed.
create index campaign_waits on campaign (id) where waits = 1;

create table complaint (
    id           blob primary key not null,
    state        blob not null,
    hidden       integer not null, -- deleted, or a duplicate of another
    opened_ms    integer not null,
    deleted      integer not null, -- deleted, and nobody edited it since
    duplicate_of blob not null,    -- as somebody said; empty: of none
    waits        integer not null  -- something is proposed
) strict, without rowid;

-- The few that are duplicates.
create index complaint_duplicate on complaint (duplicate_of) where duplicate_of <> x'';

create index complaint_waits on complaint (id) where waits = 1;

-- Duplicates that count: the head lives, and it is no duplicate itself.
create table merged (
    member blob primary key not null,
    head   blob not null
) strict, without rowid;

-- In the order in which they came: ids are hashes, and rows in their order would be written all over the file.
create table report (
    id        blob primary key not null,
    state     blob not null,
    hidden    integer not null,
    complaint blob not null,    -- or its head, when it is a duplicate; empty: belongs to none yet
    at_ms     integer not null, -- ticket time, or 0
    customer  text not null     -- hash, or empty
) strict;

-- Volumes by complaint and time are read from the index alone, and a complaint's reports newest first.
create index report_volume on report (hidden, complaint, at_ms, customer);

-- How many reports a complaint has, and of how many people: counted when the board rests, and only until one of them changes.
create table heard (
    complaint blob primary key not null,
    total     integer not null,
    customers integer not null
) strict, without rowid;

create trigger heard_insert after insert on report begin
    delete from heard where complaint = new.complaint;
end;
create trigger heard_update after update of hidden, complaint, customer on report begin
    delete from heard where complaint in (old.complaint, new.complaint);
end;
create trigger heard_delete after delete on report begin
    delete from heard where complaint = old.complaint;
end;

-- Members, the board's settings, and kinds from a newer version.
create table other (
    kind  integer not null,
    id    blob not null,
    state blob not null,
    primary key (kind, id)
) strict, without rowid;

-- The confirmed state under records that pending edits touch; an empty state: the record is not confirmed yet.
create table shadow (
    kind  integer not null,
    id    blob not null,
    state blob not null,
    primary key (kind, id)
) strict, without rowid;

-- Pending edits by record, so that a foreign op refolds only what it touches.
create table pending_edit (
    kind        integer not null,
    id          blob not null,
    seq         integer not null,
    author_time integer not null,
    edit        blob not null,
    primary key (kind, id, seq)
) strict, without rowid;

-- Confirmed edits leave by their sequence.
create index pending_edit_seq on pending_edit (seq);

create table activity (
    id          integer primary key autoincrement not null, -- never reused: the search index counts by it
    place       integer not null, -- n, or the fold's place for pending
    kind        integer not null,
    record      blob not null,
    action      blob not null,
    created     integer not null, -- the record was empty before
    member      blob not null,
    author_time integer not null,
    hub_time    integer not null,
    changes     blob not null     -- old and new of every field; a space's number: what a report began with there, read off it
) strict;

-- A record's history.
create index activity_record on activity (record, place);
-- The board as it was at a moment.
create index activity_card on activity (place) where kind in (1, 2);
-- What an undo takes back.
create index activity_action on activity (action);
-- Pending lines leave when they are confirmed.
create index activity_pending on activity (place) where place >= 4611686018427387904;

-- Fields that were erased, and where in the log: what comes before is blank in every line of history.
create table erased (
    kind  integer not null,
    id    blob not null,
    field integer not null,
    place integer not null,
    primary key (kind, id, field)
) strict, without rowid;

create table action (
    id     blob primary key not null,
    place  integer not null, -- of its first op
    name   text not null,
    device blob not null,
    undoes blob not null,    -- empty: none
    redoes blob not null     -- empty: none
) strict, without rowid;

-- This device's actions, newest first: the undo stack.
create index action_own on action (device, place);

create table counter (
    name  text primary key not null,
    value integer not null
) strict, without rowid;

create table searchable (
    doc  integer primary key not null,
    kind integer not null,
    id   blob not null
) strict;

-- A record's document is found when the record changes.
create unique index searchable_record on searchable (id, kind);

create virtual table search using fts5 (
    text,
    content = '',
    contentless_delete = 1,
    tokenize = 'unicode61 remove_diacritics 2',
    prefix = '2 3'
);

-- The words of the index, to name the nearest one when a search finds nothing.
create virtual table search_term using fts5vocab(search, 'row');

