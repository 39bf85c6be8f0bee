//! What is done here: actions, invitations, naming a hub.

use crate::error::Error;
use crate::fold_in::{Me, Opened};
use crate::log::{self, LogEntry, Pending};
use crate::open::{Store, entropy};
use crate::snapshot::LOADING;
use crate::view;
use crate::writer::Writer;
use sidedesk_domain::fold::{Rules, Unfolded};
use sidedesk_domain::membership::Role;
use sidedesk_domain::{Action, Millis, OpId, Space, Stamp};
use sidedesk_protocol::author::{self, Stand, encode_action};
use sidedesk_protocol::chain::{Chain, Checked};
use sidedesk_protocol::entry::{OpKind, SignedOp};
use sidedesk_protocol::keys::Entropy;
use sidedesk_protocol::membership::NameHub;
use sqlx::{Connection as _, SqliteConnection};

/// One part's encoded length at most; sealed and padded it stays under the 256 kB of one op.
pub(crate) const PART_LEN: usize = 200 * 1024;
/// Parts folded into the view in one transaction.
const FOLD_PARTS: usize = 64;

impl Store {
    /// Does an action. When this returns, it is on the disk: the screen may say "saved".
    pub async fn commit(&self, action: Action) -> Result<(), Error> {
        let now = self.now();
        let mut writer = self.writer().await?;
        refuse_while_loading(&mut writer).await?;
        if touches_inner(&action) && !writer.holds_now(Space::Inner) {
            return Err(Error::NotYourSpace);
        }
        let (rules, me) = (writer.at.rules(), writer.me());
        if is_beyond_seat(&mut writer.view, rules, me, &action).await? {
            return Err(Error::NotYourSeat);
        }
        let keys = if writer.orders_itself() {
            commit_local(&mut writer, action, now).await?
        } else {
            commit_pending(&mut writer, action, now).await?
        };
        drop(writer);
        self.tell(keys);
        self.tell_outbox();
        Ok(())
    }

    /// The key under which customers' references are hashed: the same on every device of the board that holds the inner
    /// space, so that counts agree, and unknown to the hub.
    pub async fn customer_key(&self) -> Result<[u8; 32], Error> {
        let writer = self.writer().await?;
        let first = writer
            .keyring
            .get(Space::Inner, 1)
            .ok_or(sidedesk_protocol::Error::Sealed)?;
        Ok(blake3::derive_key("sidedesk 1 customer reference", first))
    }

    /// Names the hub that orders this local board from now on. The chain is uploaded by the engine.
    pub async fn name_hub(&self, address: &str, hub_key: [u8; 32]) -> Result<(), Error> {
        let now = self.now();
        let mut writer = self.writer().await?;
        if !writer.orders_itself() {
            return Err(Error::Refused("the board is shared already"));
        }
        let stand = Stand::on(&writer.chain, writer.secret.id());
        let hub = NameHub {
            hub_key,
            address: address.to_owned(),
        };
        let op = author::name_hub(&stand, &writer.secret, hub, now, &mut entropy()?)?;
        let mut chain = writer.chain.clone();
        let (entry, checked) = place(&mut chain, op, now)?;
        write_log(&mut writer, chain, std::slice::from_ref(&entry), &[checked]).await?;
        writer.has_hub = true;
        // A crash here is mended at the next opening, which takes the address from the log.
        let mut identity = self.identity();
        identity.hub = Some(address.to_owned());
        self.set_identity(identity)?;
        writer.fold(&[entry], &[]).await?;
        drop(writer);
        self.tell_outbox();
        Ok(())
    }

    /// The hub is found at this address from now on: it shows another certificate there, and a person said that it may. The
    /// log stays as it is; other devices are told by their own people.
    pub fn hub_is_at(&self, address: &str) -> Result<(), Error> {
        let mut identity = self.identity();
        identity.hub = Some(address.to_owned());
        self.set_identity(identity)
    }
}

/// A newcomer's board that has not arrived takes no changes.
pub(crate) async fn refuse_while_loading(writer: &mut Writer) -> Result<(), Error> {
    if writer.chain.n == 0 && view::meta(&mut writer.view, LOADING).await?.is_some() {
        return Err(Error::Refused(
            "the board is still on its way here; try again in a moment",
        ));
    }
    Ok(())
}

pub(crate) fn touches_inner(action: &Action) -> bool {
    let mut edits = action.records.iter().flat_map(|record| &record.edits);
    edits.any(|(field, _)| field.space() == Space::Inner)
}

/// Would folding leave some of it out? A desk of either function writes or proposes everywhere.
pub(crate) async fn is_beyond_seat(
    view: &mut SqliteConnection,
    rules: Rules,
    me: Me,
    action: &Action,
) -> Result<bool, Error> {
    if matches!(
        me.seat.role,
        Role::Lead | Role::LeadOf(_) | Role::Marketing | Role::Support
    ) {
        return Ok(false);
    }
    let keys: Vec<_> = action.records.iter().map(|edit| (edit.kind, edit.id)).collect();
    let mut states = view::states(view, &keys).await?;
    Ok(action.records.iter().any(|edit| {
        let state = states.entry((edit.kind, edit.id)).or_default();
        let refused = rules.apply(state, edit, me.pending(0, 0), |_| ());
        refused.iter().any(|refused| refused.why == Unfolded::Seat)
    }))
}

/// Queues a membership op, sealed later. Its op id is provisional until then.
pub(crate) async fn queue(
    writer: &mut Writer,
    kind: OpKind,
    plain: &[u8],
    now: Millis,
    entropy: &mut Entropy,
) -> Result<(), Error> {
    let op = OpId::v7(now, entropy.bytes());
    let mut tx = writer.log.begin_with("begin immediate").await?;
    let seq = log::insert_pending(&mut tx, (kind, op, Space::Board, now), plain).await?;
    tx.commit().await?;
    let nothing = Action {
        id: sidedesk_domain::ActionId::default(),
        name: String::new(),
        undoes: None,
        redoes: None,
        records: Vec::new(),
    };
    writer.fold_pending(&[(seq, now, nothing)]).await?;
    Ok(())
}

/// The device is its own hub: places at once, one transaction for the whole action.
async fn commit_local(writer: &mut Writer, action: Action, now: Millis) -> Result<Vec<crate::RecordKey>, Error> {
    let mut entropy = entropy()?;
    let mut chain = writer.chain.clone();
    let (mut entries, mut checks, mut ops) = (Vec::new(), Vec::new(), Vec::new());
    let mut beside = Vec::new();
    let me = writer.me();
    for (space, part) in action.into_parts(PART_LEN) {
        let stand = Stand::on(&chain, me.device);
        let (id, plain) = (OpId::v7(now, entropy.bytes()), encode_action(&part)?);
        let keys = (&writer.secret, &writer.keyring);
        let op = author::action(&stand, keys.0, keys.1, (id, space, now), &plain, &mut entropy)?;
        beside.push(kept(id, space, now, plain));
        let (entry, checked) = place(&mut chain, op, now)?;
        let (place, hub_time) = (entry.entry.n, entry.entry.hub_time);
        let stamp = Stamp {
            place,
            device: me.device,
            member: me.member,
            author_time: now,
            hub_time,
        };
        let seat = me.seat;
        ops.push(Opened {
            stamp,
            seat,
            action: part,
        });
        entries.push(entry);
        checks.push(checked);
    }
    write_log(writer, chain, &entries, &checks).await?;
    writer.keep_beside(&beside).await;
    let mut keys = Vec::new();
    for (batch, placed) in ops.chunks(FOLD_PARTS).zip(entries.chunks(FOLD_PARTS)) {
        let head = placed.last().map(|last| (last.entry.n, last.hash));
        match writer.fold_opened(batch, head, &[]).await {
            Ok(folded) => keys.extend(folded),
            Err(error) => return Ok(saved_but_not_shown(&error)),
        }
    }
    Ok(keys)
}

/// What the side file keeps of an action's part.
pub(crate) fn kept(op: OpId, space: Space, author_time: Millis, plain: Vec<u8>) -> Pending {
    Pending {
        seq: 0,
        kind: OpKind::Action,
        op,
        space,
        author_time,
        plain,
    }
}

/// The log has it: it is saved, whatever happened to the view, which catches up before the next write.
fn saved_but_not_shown(error: &Error) -> Vec<crate::RecordKey> {
    tracing::error!(%error, "saved, but the view could not follow yet");
    Vec::new()
}

/// Gives an own op the next place of a chain that this device orders.
pub(crate) fn place(chain: &mut Chain, op: SignedOp, now: Millis) -> Result<(LogEntry, Checked), Error> {
    let entry = chain.place(op, now);
    let checked = chain.append(&entry)?;
    Ok((
        LogEntry {
            entry,
            hash: chain.hash,
        },
        checked,
    ))
}

/// The commit after which it is saved.
pub(crate) async fn write_log(
    writer: &mut Writer,
    chain: Chain,
    entries: &[LogEntry],
    checks: &[Checked],
) -> Result<(), Error> {
    let headers: Vec<_> = checks.iter().map(|checked| checked.header.clone()).collect();
    let mut tx = writer.log.begin_with("begin immediate").await?;
    log::insert_entries(&mut tx, entries, &headers).await?;
    log::set_meta(&mut tx, "chain", &chain.to_bytes()?).await?;
    tx.commit().await?;
    writer.chain = chain;
    writer.behind = true;
    Ok(())
}

/// A hub orders: the action waits, and shows at once.
async fn commit_pending(writer: &mut Writer, action: Action, now: Millis) -> Result<Vec<crate::RecordKey>, Error> {
    let mut entropy = entropy()?;
    let (mut parts, mut beside) = (Vec::new(), Vec::new());
    let mut tx = writer.log.begin_with("begin immediate").await?;
    for (space, part) in action.into_parts(PART_LEN) {
        let (op, plain) = (OpId::v7(now, entropy.bytes()), encode_action(&part)?);
        let seq = log::insert_pending(&mut tx, (OpKind::Action, op, space, now), &plain).await?;
        beside.push(kept(op, space, now, plain));
        parts.push((seq, now, part));
    }
    tx.commit().await?;
    writer.behind = true;
    writer.keep_beside(&beside).await;
    let mut keys = Vec::new();
    for batch in parts.chunks(FOLD_PARTS) {
        match writer.fold_pending(batch).await {
            Ok(folded) => keys.extend(folded),
            Err(error) => return Ok(saved_but_not_shown(&error)),
        }
    }
    Ok(keys)
}
