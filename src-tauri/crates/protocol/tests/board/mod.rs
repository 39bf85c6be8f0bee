//! A small board with every kind of op in its log, the same bytes every time.

use sidedesk_domain::fields::campaign;
use sidedesk_domain::membership::Role;
use sidedesk_domain::{Action, ActionId, Edit, Kind, MemberId, OpId, RecordEdit, RecordId, Space};
use sidedesk_protocol::author::{self, Stand};
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::entry::{Entry, SignedOp, workspace_id};
use sidedesk_protocol::invite::{InviteSecret, JoinRequest};
use sidedesk_protocol::keys::{DeviceSecret, Entropy, HubSecret, Keyring};
use sidedesk_protocol::membership::NameHub;

/// When it was founded.
pub const NOW: i64 = 1_795_000_000_000;

/// The board, its people and its log.
pub struct Board {
    pub alice: DeviceSecret,
    pub bob: DeviceSecret,
    pub hub: HubSecret,
    pub invitation: InviteSecret,
    pub keyring: Keyring,
    pub entropy: Entropy,
    pub chain: Chain,
    /// The chain before each entry of the log.
    pub before: Vec<Chain>,
    pub log: Vec<(&'static str, Entry)>,
}

/// An action over both spaces.
pub fn campaign_added(seen: u64) -> Action {
    Action {
        id: ActionId([0x11; 16]),
        name: "campaign.add".into(),
        undoes: None,
        redoes: Some(ActionId([0x12; 16])),
        records: vec![RecordEdit {
            kind: Kind::Campaign,
            id: RecordId([0x13; 16]),
            seen,
            edits: vec![
                (campaign::NAME, Edit::Set("Gratis Versand für alle".into())),
                (campaign::REACH, Edit::Set(250_000.into())),
                (campaign::START, Edit::Set(NOW.into())),
                (campaign::ARCHIVED, Edit::Set(false.into())),
                (campaign::PRODUCT, Edit::Add("Boots".into())),
                (campaign::PRODUCT, Edit::Remove("Socks".into())),
                (campaign::BUDGET, Edit::Set("9000 EUR".into())),
            ],
        }],
    }
}

impl Board {
    /// Founded by Alice, shared, Bob let in, one action in two spaces, and a new epoch.
    pub fn new() -> Self {
        let alice = DeviceSecret::from_bytes([3; 32]);
        let mut entropy = Entropy::new([1; 32]);
        let (genesis, keyring) = author::genesis(&alice, (MemberId([1; 16]), Role::Lead), NOW, &mut entropy).unwrap();
        let mut board = Self {
            alice,
            bob: DeviceSecret::from_bytes([5; 32]),
            hub: HubSecret::from_bytes(&[2; 32]),
            invitation: InviteSecret::from_bytes([4; 32]),
            keyring,
            entropy,
            chain: Chain::empty(workspace_id(&genesis)),
            before: Vec::new(),
            log: Vec::new(),
        };
        board.place("genesis", genesis);
        board.share();
        board.let_bob_in();
        for (space, part) in campaign_added(board.chain.n).into_parts(10_000) {
            let name = if space == Space::Board {
                "action-board"
            } else {
                "action-inner"
            };
            let op = board.action(
                OpId([0x20 + space.number(); 16]),
                space,
                &author::encode_action(&part).unwrap(),
            );
            board.place(name, op);
        }
        let stand = board.stand();
        let me = (&board.alice, &board.keyring);
        let nothing = author::Changes::default();
        let (op, fresh) = author::new_epoch(&stand, &board.chain, me, nothing, NOW, &mut board.entropy).unwrap();
        for (space, epoch, key) in fresh.iter() {
            board.keyring.insert(space, epoch, *key);
        }
        board.place("new-epoch", op);
        board
    }

    fn share(&mut self) {
        let named = NameHub {
            hub_key: self.hub.public(),
            address: "wss://hub.example.com:7420".into(),
        };
        let op = author::name_hub(&self.stand(), &self.alice, named, NOW, &mut self.entropy).unwrap();
        self.place("name-hub", op);
    }

    fn let_bob_in(&mut self) {
        let (stand, expires) = (self.stand(), NOW + 100_000);
        let invited = author::Offer::new(&self.invitation, expires, Role::Lead);
        let op = author::invite(&stand, &self.alice, &self.keyring, invited, NOW, &mut self.entropy).unwrap();
        self.place("invite", op);
        let device = author::device_keys(&self.bob, MemberId([2; 16]));
        let (stand, asked) = (self.stand(), JoinRequest { device });
        let (me, asked) = ((&self.alice, &self.keyring), (&self.invitation, &asked));
        let op = author::add_device(&stand, &self.chain, me, asked, NOW, &mut self.entropy).unwrap();
        self.place("add-device", op);
    }

    /// Where Alice's next op stands.
    pub fn stand(&self) -> Stand {
        Stand::on(&self.chain, self.alice.id())
    }

    /// Alice's next action.
    pub fn action(&mut self, op: OpId, space: Space, plain: &[u8]) -> SignedOp {
        let (stand, what) = (self.stand(), (op, space, NOW));
        author::action(&stand, &self.alice, &self.keyring, what, plain, &mut self.entropy).unwrap()
    }

    /// Gives an op the next place, a second later each.
    pub fn place(&mut self, name: &'static str, op: SignedOp) {
        let entry = self.chain.place(op, NOW + 1000 * self.chain.n as i64);
        self.before.push(self.chain.clone());
        self.chain.append(&entry).unwrap();
        self.log.push((name, entry));
    }
}
