//! Members who try more than they may, with well-signed ops: every device and the hub refuse them alike, because both ask
//! [`Chain::append`]. The names say which claim of `SECURITY.md` each defends.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod board;

use board::{Board, NOW};
use sidedesk_domain::membership::{Refusal, Role};
use sidedesk_domain::{DeviceId, InviteId, MemberId, OpId, Space};
use sidedesk_protocol::author::{self, Changes, Offer, Stand, device_keys};
use sidedesk_protocol::entry::{Header, SignedOp};
use sidedesk_protocol::invite::{InviteSecret, JoinRequest};
use sidedesk_protocol::keys::{DeviceSecret, Entropy, Keyring, Wrap};
use sidedesk_protocol::membership::{AddDevice, DeviceKeys, InviteOp, MembershipBody, NewEpoch, Public};
use sidedesk_protocol::recovery::RecoveryWords;
use sidedesk_protocol::{Error, VERSION};

/// A device of its own, by a number.
fn device(number: u8) -> DeviceSecret {
    DeviceSecret::from_bytes([number; 32])
}

fn keys_of(number: u8) -> DeviceKeys {
    device_keys(&device(number), MemberId([number; 16]))
}

/// The board, and what its lead knows of it.
struct Scene {
    board: Board,
}

impl Scene {
    fn new() -> Self {
        Self { board: Board::new() }
    }

    fn place(&mut self, op: SignedOp) {
        if let Ok(Some(public)) = Public::read(op.parse().unwrap().kind, &op) {
            self.board
                .keyring
                .open_wraps(&self.board.alice, public.wraps())
                .unwrap();
        }
        self.board.place("more", op);
    }

    /// An open invitation to this role.
    fn invited(&mut self, role: Role, number: u8) -> InviteSecret {
        let (stand, secret) = (self.board.stand(), InviteSecret::from_bytes([number; 32]));
        let offer = Offer::new(&secret, NOW + 10_000_000, role);
        let Board {
            alice,
            keyring,
            entropy,
            ..
        } = &mut self.board;
        let op = author::invite(&stand, alice, keyring, offer, NOW, entropy).unwrap();
        self.place(op);
        secret
    }

    /// Somebody with this role is on the board; device and member have this number.
    fn joined(&mut self, role: Role, number: u8) -> (DeviceSecret, Keyring) {
        let secret = self.invited(role, number);
        let request = JoinRequest {
            device: keys_of(number),
        };
        let stand = self.board.stand();
        let Board {
            alice,
            keyring,
            entropy,
            chain,
            ..
        } = &mut self.board;
        let op = author::add_device(&stand, chain, (alice, keyring), (&secret, &request), NOW, entropy).unwrap();
        let mut theirs = Keyring::default();
        let public = Public::read(op.parse().unwrap().kind, &op).unwrap().unwrap();
        theirs.open_wraps(&device(number), public.wraps()).unwrap();
        self.place(op);
        (device(number), theirs)
    }

    fn stand(&self, secret: &DeviceSecret) -> Stand {
        Stand::on(&self.board.chain, secret.id())
    }

    /// Whatever `secret` wants to say, signed as it must be.
    fn signed(&self, secret: &DeviceSecret, public: &Public) -> SignedOp {
        let stand = self.stand(secret);
        let body = MembershipBody {
            public: public.to_bytes().unwrap(),
            sealed: Vec::new(),
        };
        let header = Header {
            version: VERSION,
            workspace: stand.workspace,
            op: OpId([0x77; 16]),
            device: secret.id(),
            seq: stand.tail.seq + 1,
            prev: stand.tail.hash,
            base_n: stand.base_n,
            base_hash: stand.base_hash,
            kind: public.kind(),
            space: 0,
            epoch: stand.epoch,
            author_time: NOW,
            body_len: 0,
            body_hash: [0; 32],
        };
        header.sign(minicbor::to_vec(&body).unwrap(), secret).unwrap()
    }

    fn append(&self, op: SignedOp) -> Result<(), Error> {
        let entry = self.board.chain.place(op, NOW + 1_000_000);
        self.board.chain.clone().append(&entry).map(|_| ())
    }

    fn refused(&self, op: SignedOp, why: Refusal) {
        assert_eq!(self.append(op), Err(Error::Refused(why)));
    }

    /// A new epoch as the lead would make it, and then changed.
    fn new_epoch(&mut self, changes: Changes, spoil: impl FnOnce(&mut NewEpoch)) -> SignedOp {
        let stand = self.board.stand();
        let Board {
            alice,
            keyring,
            entropy,
            chain,
            ..
        } = &mut self.board;
        let (op, _) = author::new_epoch(&stand, chain, (alice, keyring), changes, NOW, entropy).unwrap();
        let Some(Public::NewEpoch(mut epoch)) = Public::read(op.parse().unwrap().kind, &op).unwrap() else {
            return op;
        };
        spoil(&mut epoch);
        self.signed(&self.board.alice, &Public::NewEpoch(epoch))
    }

    /// An admission as the lead would make it, and then changed.
    fn admission(&mut self, invite: &InviteSecret, number: u8, spoil: impl FnOnce(&mut AddDevice)) -> SignedOp {
        let (stand, request) = (
            self.board.stand(),
            JoinRequest {
                device: keys_of(number),
            },
        );
        let Board {
            alice,
            keyring,
            entropy,
            chain,
            ..
        } = &mut self.board;
        let op = author::add_device(&stand, chain, (alice, keyring), (invite, &request), NOW, entropy).unwrap();
        let Some(Public::AddDevice(mut admission)) = Public::read(op.parse().unwrap().kind, &op).unwrap() else {
            return op;
        };
        spoil(&mut admission);
        self.signed(&self.board.alice, &Public::AddDevice(admission))
    }
}

/// Nobody who is no lead invites, removes, changes a role, prints words or names another hub.
#[test]
fn only_leads_change_who_is_on_the_board() {
    for role in [Role::Marketing, Role::Support, Role::Partner, Role::Viewer] {
        let mut scene = Scene::new();
        let (secret, _) = scene.joined(role, 60);
        let invite = Public::Invite(InviteOp {
            invite: InviteId([1; 16]),
            role: Role::Lead.number(),
            claim_key: [1; 32],
            expires: NOW + 1,
            member: None,
        });
        scene.refused(scene.signed(&secret, &invite), Refusal::Role);
        let honest = scene.new_epoch(Changes::default(), |_| ());
        let Some(Public::NewEpoch(epoch)) = Public::read(honest.parse().unwrap().kind, &honest).unwrap() else {
            return;
        };
        for change in [
            epoch.clone(),
            NewEpoch {
                removed: vec![scene.board.alice.id()],
                ..epoch.clone()
            },
            NewEpoch {
                roles: vec![(MemberId([60; 16]), Role::Lead.number())],
                ..epoch.clone()
            },
            NewEpoch {
                recovery: Some(keys_of(99)),
                ..epoch
            },
        ] {
            scene.refused(scene.signed(&secret, &Public::NewEpoch(change)), Refusal::Role);
        }
        let hub = Public::NameHub(sidedesk_protocol::membership::NameHub {
            hub_key: [1; 32],
            address: "ws://thief.example.com".into(),
        });
        scene.refused(scene.signed(&secret, &hub), Refusal::Role);
    }
}

/// A newcomer is who the invitation is for: not a lead who is there already, nor under a device key that was here.
#[test]
fn nobody_joins_as_somebody_else() {
    let mut scene = Scene::new();
    let invite = scene.invited(Role::Viewer, 61);
    let as_alice = scene.admission(&invite, 61, |op| op.device.member = MemberId([1; 16]));
    scene.refused(as_alice, Refusal::SomebodyElse);
    let known = device_keys(&scene.board.bob, MemberId([61; 16]));
    let again = scene.admission(&invite, 61, |op| op.device = known);
    scene.refused(again, Refusal::KnownDevice);
}

/// A device invitation is for its own member, and only that member makes it.
#[test]
fn a_second_device_is_only_ever_ones_own() {
    let mut scene = Scene::new();
    let (secret, keyring) = scene.joined(Role::Support, 62);
    let offer = InviteSecret::from_bytes([63; 32]);
    let mine = |role: Role, member: u8| Offer {
        secret: &offer,
        expires: NOW + 10_000_000,
        role,
        member: Some(MemberId([member; 16])),
    };
    let mut entropy = Entropy::new([9; 32]);
    for (role, member) in [(Role::Lead, 62), (Role::Support, 1), (Role::Lead, 1)] {
        let op = author::invite(
            &scene.stand(&secret),
            &secret,
            &keyring,
            mine(role, member),
            NOW,
            &mut entropy,
        );
        scene.refused(op.unwrap(), Refusal::Role);
    }
    let op = author::invite(
        &scene.stand(&secret),
        &secret,
        &keyring,
        mine(Role::Support, 62),
        NOW,
        &mut entropy,
    );
    scene.place(op.unwrap());
    let stranger = scene.admission(&offer, 64, |_| ());
    scene.refused(stranger, Refusal::SomebodyElse);
    // They admit it themselves; nobody else without a lead's role does.
    let (other, _) = scene.joined(Role::Support, 65);
    let request = JoinRequest {
        device: device_keys(&device(66), MemberId([62; 16])),
    };
    let chain = scene.board.chain.clone();
    let admit = |by: &DeviceSecret, entropy: &mut Entropy| {
        author::add_device(
            &scene.stand(by),
            &chain,
            (by, &keyring),
            (&offer, &request),
            NOW,
            entropy,
        )
        .unwrap()
    };
    scene.refused(admit(&other, &mut entropy), Refusal::Role);
    assert_eq!(scene.append(admit(&secret, &mut entropy)), Ok(()));
}

/// A partner desk never gets the inner key, whoever lets it in, and cannot write there.
#[test]
fn a_partner_gets_no_inner_key_and_writes_nothing_there() {
    let mut scene = Scene::new();
    let invite = scene.invited(Role::Partner, 67);
    let stolen = scene.admission(&invite, 67, |op| {
        let inner = op.wraps.iter().map(|wrap| Wrap {
            space: Space::Inner.number(),
            ..wrap.clone()
        });
        let inner: Vec<Wrap> = inner.collect();
        op.wraps.extend(inner);
    });
    assert_eq!(scene.append(stolen), Err(Error::Wraps));
    let (secret, keyring) = scene.joined(Role::Partner, 68);
    assert!(keyring.iter().all(|(space, _, _)| space == Space::Board));
    let mut forged = keyring.clone();
    forged.insert(Space::Inner, scene.board.chain.membership.epoch, [1; 32]);
    let mut entropy = Entropy::new([9; 32]);
    let what = (OpId([0x55; 16]), Space::Inner, NOW);
    let op = author::action(&scene.stand(&secret), &secret, &forged, what, b"x", &mut entropy).unwrap();
    scene.refused(op, Refusal::Role);
}

/// Every key of an op is for somebody who may have it, and nobody is left out.
#[test]
fn wraps_are_for_the_right_set() {
    let mut scene = Scene::new();
    scene.joined(Role::Partner, 69);
    let partner = device(69).id();
    let invite = scene.invited(Role::Support, 70);
    let spoil_newcomer: [fn(&mut AddDevice); 6] = [
        // Nothing could ever be wrapped to it again, so nobody could be removed.
        |op| op.device.wrap_key = [0; 32],
        |op| op.wraps.clear(),
        |op| drop(op.wraps.pop()),
        |op| op.wraps.extend(op.wraps.first().cloned()),
        |op| op.wraps.iter_mut().for_each(|wrap| wrap.device = DeviceId([7; 16])),
        |op| op.wraps.iter_mut().for_each(|wrap| wrap.sealed.truncate(10)),
    ];
    for spoil in spoil_newcomer {
        let op = scene.admission(&invite, 70, spoil);
        assert_eq!(scene.append(op), Err(Error::Wraps));
    }
    let op = scene.admission(&invite, 70, |_| ());
    assert_eq!(scene.append(op), Ok(()));

    let left_out = scene.new_epoch(Changes::default(), |epoch| drop(epoch.wraps.pop()));
    scene.refused(left_out, Refusal::OldEpoch);
    let for_a_stranger = scene.new_epoch(Changes::default(), |epoch| {
        let wrap = epoch.wraps.first().cloned();
        epoch.wraps.extend(wrap.map(|wrap| Wrap {
            device: DeviceId([7; 16]),
            ..wrap
        }));
    });
    assert_eq!(scene.append(for_a_stranger), Err(Error::Wraps));
    let inner_for_the_partner = scene.new_epoch(Changes::default(), |epoch| {
        let wrap = epoch.wraps.iter().find(|wrap| wrap.device == partner).cloned();
        epoch.wraps.extend(wrap.map(|wrap| Wrap {
            space: Space::Inner.number(),
            ..wrap
        }));
    });
    assert_eq!(scene.append(inner_for_the_partner), Err(Error::Wraps));
    let for_the_removed = scene.new_epoch(Changes::default(), |epoch| epoch.removed = vec![partner]);
    assert_eq!(scene.append(for_the_removed), Err(Error::Wraps));
}

/// A role that gains the inner space is given its past in the same op, and one that loses it nothing new.
#[test]
fn a_change_of_role_changes_the_keys_with_it() {
    let mut scene = Scene::new();
    scene.joined(Role::Partner, 71);
    let to = |role: Role| Changes {
        roles: vec![(MemberId([71; 16]), role)],
        ..Changes::default()
    };
    let without_the_past = scene.new_epoch(to(Role::Support), |epoch| {
        let new = epoch.epoch;
        epoch.wraps.retain(|wrap| wrap.epoch == new);
    });
    scene.refused(without_the_past, Refusal::OldEpoch);
    let promoted = scene.new_epoch(to(Role::Support), |_| ());
    assert_eq!(scene.append(promoted), Ok(()));
    let unknown = scene.new_epoch(Changes::default(), |epoch| {
        epoch.roles = vec![(MemberId([71; 16]), 200)]
    });
    assert!(scene.append(unknown).is_err());
}

/// The printed words let one new lead in, and can do nothing else; words that were printed anew are worth nothing.
#[test]
fn the_words_do_one_thing_until_new_ones_are_printed() {
    let mut scene = Scene::new();
    let words = RecoveryWords::new(&mut Entropy::new([8; 32]));
    let print = |words: &RecoveryWords| Changes {
        recovery: Some(words.keys()),
        ..Changes::default()
    };
    let op = scene.new_epoch(print(&words), |_| ());
    let public = Public::read(op.parse().unwrap().kind, &op).unwrap().unwrap();
    let mut keyring = Keyring::default();
    keyring.open_wraps(&words.secret(), public.wraps()).unwrap();
    scene.place(op);
    let (secret, mut entropy) = (words.secret(), Entropy::new([9; 32]));
    let stand = scene.stand(&secret);
    let what = (OpId([0x55; 16]), Space::Board, NOW);
    scene.refused(
        author::action(&stand, &secret, &keyring, what, b"x", &mut entropy).unwrap(),
        Refusal::Role,
    );
    let invitation = InviteSecret::from_bytes([72; 32]);
    let offer = Offer::new(&invitation, NOW + 1, Role::Lead);
    let op = author::invite(&stand, &secret, &keyring, offer, NOW, &mut entropy).unwrap();
    scene.refused(op, Refusal::Role);
    let recover = |scene: &Scene, keys: DeviceKeys, entropy: &mut Entropy| {
        author::recover(&scene.stand(&secret), (&secret, &keyring), keys, NOW, entropy).unwrap()
    };
    let as_alice = device_keys(&device(73), MemberId([1; 16]));
    scene.refused(recover(&scene, as_alice, &mut entropy), Refusal::SomebodyElse);
    let back = recover(&scene, keys_of(73), &mut entropy);
    scene.place(back);
    assert_eq!(
        scene.board.chain.membership.role_of(device(73).id()),
        Ok((MemberId([73; 16]), Role::Lead))
    );

    let newer = RecoveryWords::new(&mut Entropy::new([10; 32]));
    let op = scene.new_epoch(print(&newer), |_| ());
    scene.place(op);
    assert_eq!(scene.board.chain.membership.recovery(), Some(newer.keys().id()));
    scene.refused(recover(&scene, keys_of(74), &mut entropy), Refusal::Removed);
    let same_again = scene.new_epoch(print(&RecoveryWords::new(&mut Entropy::new([11; 32]))), |epoch| {
        epoch.recovery = Some(newer.keys());
    });
    assert!(scene.append(same_again).is_err());
}

/// A board is never left without somebody who can let people in.
#[test]
fn the_last_lead_stays() {
    let mut scene = Scene::new();
    let bob = (MemberId([2; 16]), Role::Viewer);
    let alice = (MemberId([1; 16]), Role::Viewer);
    let op = scene.new_epoch(
        Changes {
            roles: vec![bob, alice],
            ..Changes::default()
        },
        |_| (),
    );
    scene.refused(op, Refusal::LastLead);
    let both = [scene.board.alice.id(), scene.board.bob.id()];
    let op = scene.new_epoch(Changes::removing(both), |_| ());
    scene.refused(op, Refusal::LastLead);
}
