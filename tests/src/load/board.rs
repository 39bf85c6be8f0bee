//! A board with as many devices as wanted, made without any of them.

use anyhow::Result;
use sidedesk_domain::fields::campaign;
use sidedesk_domain::membership::Role;
use sidedesk_domain::{Action, ActionId, Edit, Kind, MemberId, OpId, RecordEdit, RecordId, Space};
use sidedesk_protocol::author::{
    Offer, Stand, action, add_device, device_keys, encode_action, genesis, invite, name_hub,
};
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::entry::{Entry, SignedOp, workspace_id};
use sidedesk_protocol::invite::{InviteSecret, JoinRequest};
use sidedesk_protocol::keys::{DeviceSecret, Entropy, Keyring};
use sidedesk_protocol::membership::NameHub;
use std::time::{SystemTime, UNIX_EPOCH};

/// The board when it is shared.
#[derive(Debug)]
pub struct Board {
    /// At its head.
    pub chain: Chain,
    /// What every device of it holds.
    pub keyring: Keyring,
    /// To be uploaded.
    pub log: Vec<Entry>,
    number: usize,
}

/// Now, in milliseconds since 1970.
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_millis()).unwrap()
}

/// Random bytes.
pub fn fresh() -> Entropy {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).unwrap();
    Entropy::new(seed)
}

fn secret(board: usize, member: usize) -> [u8; 32] {
    let name = format!("load board {board} member {member}");
    *blake3::hash(name.as_bytes()).as_bytes()
}

impl Board {
    /// Founded by member 0, with all the others in it, and naming the hub.
    pub fn shared(number: usize, members: usize, hub_key: [u8; 32]) -> Result<Self> {
        let founder = DeviceSecret::from_bytes(secret(number, 0));
        let (genesis, keyring) = genesis(&founder, (member_id(0), Role::Lead), now(), &mut fresh())?;
        let mut board = Self {
            chain: Chain::empty(workspace_id(&genesis)),
            keyring,
            log: Vec::new(),
            number,
        };
        board.append(genesis)?;
        for member in 1..members {
            board.admit(&founder, member)?;
        }
        let address = "ws://hub.example.com".into();
        let hub = NameHub { hub_key, address };
        let op = name_hub(&board.stand(&founder), &founder, hub, now(), &mut fresh())?;
        board.append(op)?;
        Ok(board)
    }

    fn admit(&mut self, founder: &DeviceSecret, member: usize) -> Result<()> {
        let (mut entropy, now) = (fresh(), now());
        let invited = InviteSecret::from_bytes(entropy.bytes());
        let until = Offer::new(&invited, now + 3_600_000, Role::Lead);
        let op = invite(&self.stand(founder), founder, &self.keyring, until, now, &mut entropy)?;
        self.append(op)?;
        let device = device_keys(&self.device(member), member_id(member));
        let request = JoinRequest { device };
        let keys = (founder, &self.keyring);
        let asked = (&invited, &request);
        let op = add_device(&self.stand(founder), &self.chain, keys, asked, now, &mut entropy)?;
        self.append(op)
    }

    fn append(&mut self, op: SignedOp) -> Result<()> {
        let entry = self.chain.place(op, now());
        self.chain.append(&entry)?;
        self.log.push(entry);
        Ok(())
    }

    fn stand(&self, device: &DeviceSecret) -> Stand {
        Stand::on(&self.chain, device.id())
    }

    /// A member's device.
    pub fn device(&self, member: usize) -> DeviceSecret {
        DeviceSecret::from_bytes(secret(self.number, member))
    }

    /// An edit with a text of so many bytes of noise.
    pub fn edit(&self, device: &DeviceSecret, stand: &Stand, text_len: usize) -> Result<(OpId, SignedOp)> {
        let mut entropy = fresh();
        let mut noise = vec![0; text_len / 2 + 1];
        getrandom::fill(&mut noise)?;
        let mut text: String = noise.iter().map(|byte| format!("{byte:02x}")).collect();
        text.truncate(text_len);
        let edit = RecordEdit {
            kind: Kind::Campaign,
            id: RecordId(entropy.bytes()),
            seen: stand.base_n,
            edits: vec![(campaign::NAME, Edit::Set(text.as_str().into()))],
        };
        let action_of = Action {
            id: ActionId(entropy.bytes()),
            name: "campaign.set".into(),
            undoes: None,
            redoes: None,
            records: vec![edit],
        };
        let id = OpId::v7(now(), entropy.bytes());
        let what = (id, Space::Board, now());
        let op = action(
            stand,
            device,
            &self.keyring,
            what,
            &encode_action(&action_of)?,
            &mut entropy,
        )?;
        Ok((id, op))
    }
}

fn member_id(member: usize) -> MemberId {
    let hash = blake3::hash(&member.to_le_bytes());
    let mut id = [0; 16];
    id.copy_from_slice(&hash.as_bytes()[..16]);
    MemberId(id)
}
