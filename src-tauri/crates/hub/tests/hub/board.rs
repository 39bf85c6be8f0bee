//! A small board made by hand: devices, a local chain that names the hub, and ops on it.

use sidedesk_protocol::author::{Offer, Stand, action, add_device, device_keys, genesis, invite, name_hub};
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::entry::{Entry, SignedOp, workspace_id};
use sidedesk_protocol::invite::{InviteSecret, JoinRequest};
use sidedesk_protocol::keys::{DeviceSecret, Entropy, Keyring};
use sidedesk_protocol::membership::NameHub;
use sidedesk_protocol::membership::Role;
use sidedesk_protocol::{MemberId, OpId, Space};
use std::time::{SystemTime, UNIX_EPOCH};

pub fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as i64
}

pub fn device(number: u8) -> DeviceSecret {
    DeviceSecret::from_bytes([number; 32])
}

pub fn fresh() -> Entropy {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).unwrap();
    Entropy::new(seed)
}

/// A board whose founder is device 1.
pub struct Board {
    pub chain: Chain,
    pub keyring: Keyring,
    pub log: Vec<Entry>,
}

impl Board {
    /// Founded and not shared yet.
    pub fn local() -> Self {
        let (genesis, keyring) = genesis(&device(1), (MemberId([1; 16]), Role::Lead), now(), &mut fresh()).unwrap();
        let mut board = Self {
            chain: Chain::empty(workspace_id(&genesis)),
            keyring,
            log: Vec::new(),
        };
        board.append(genesis);
        board
    }

    /// Founded, with these other devices in it, and naming this hub.
    pub fn shared(hub_key: [u8; 32], others: &[u8]) -> Self {
        let mut board = Self::local();
        for other in others {
            let secret = InviteSecret::from_bytes([100 + other; 32]);
            let op = board.invite(&secret, now() + 60_000);
            board.append(op);
            let op = board.admit(&secret, *other);
            board.append(op);
        }
        let address = "ws://hub.example.com".into();
        let hub = NameHub { hub_key, address };
        let op = name_hub(&board.stand(1), &device(1), hub, now(), &mut fresh()).unwrap();
        board.append(op);
        board
    }

    pub fn append(&mut self, op: SignedOp) {
        let entry = self.chain.place(op, now());
        self.follow(entry);
    }

    /// Takes an entry as the hub placed it.
    pub fn follow(&mut self, entry: Entry) {
        self.chain.append(&entry).unwrap();
        self.log.push(entry);
    }

    pub fn stand(&self, author: u8) -> Stand {
        Stand::on(&self.chain, device(author).id())
    }

    pub fn invite(&self, secret: &InviteSecret, expires: i64) -> SignedOp {
        let stand = self.stand(1);
        invite(
            &stand,
            &device(1),
            &self.keyring,
            Offer::new(secret, expires, Role::Lead),
            now(),
            &mut fresh(),
        )
        .unwrap()
    }

    pub fn admit(&self, secret: &InviteSecret, newcomer: u8) -> SignedOp {
        let request = JoinRequest {
            device: device_keys(&device(newcomer), MemberId([newcomer; 16])),
        };
        let author = device(1);
        let keys = (&author, &self.keyring);
        let (stand, asked) = (self.stand(1), (secret, &request));
        add_device(&stand, &self.chain, keys, asked, now(), &mut fresh()).unwrap()
    }

    /// `count` chained ops of a device; the hub does not care what is in them.
    pub fn ops(&self, author: u8, count: usize, body: &[u8]) -> Vec<SignedOp> {
        let mut stand = self.stand(author);
        let mut ops = Vec::new();
        for _ in 0..count {
            let mut entropy = fresh();
            let id = OpId::v7(now(), entropy.bytes());
            let what = (id, Space::Board, now());
            let op = action(&stand, &device(author), &self.keyring, what, body, &mut entropy).unwrap();
            stand = stand.after(&op);
            ops.push(op);
        }
        ops
    }

    pub fn op(&self, author: u8, body: &[u8]) -> SignedOp {
        self.ops(author, 1, body).remove(0)
    }
}
