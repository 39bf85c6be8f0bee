//! Every role against every deed, as a table.

use super::*;

const LEAD: u8 = 1;
const MARKETING: u8 = 2;
const SUPPORT: u8 = 3;
const PARTNER: u8 = 4;
const VIEWER: u8 = 5;
const RECOVERY: u8 = 8;
const NEWER: u8 = 77;
const REMOVED: u8 = 9;
const STRANGER: u8 = 10;

/// A member of each role with one device; member and device have the role's number.
fn board() -> Membership {
    let device = |member: u8, removed_at| Device {
        member: MemberId([member; 16]),
        verify_key: [0; 32],
        wrap_key: [0; 32],
        removed_at,
    };
    let invite = |spent, expires, member| Invite {
        by: DeviceId([LEAD; 16]),
        role: Role::Support,
        claim_key: [0; 32],
        expires,
        member,
        spent,
    };
    let everybody = [LEAD, MARKETING, SUPPORT, PARTNER, VIEWER, RECOVERY, NEWER];
    let mut devices: BTreeMap<_, _> = everybody.map(|n| (DeviceId([n; 16]), device(n, None))).into();
    devices.insert(DeviceId([REMOVED; 16]), device(LEAD, Some(9)));
    Membership {
        members: everybody.map(|n| (MemberId([n; 16]), Role::from_number(n))).into(),
        devices,
        invites: [
            (InviteId([1; 16]), invite(false, 100, None)),
            (InviteId([2; 16]), invite(true, 100, None)),
            (InviteId([3; 16]), invite(false, 100, Some(MemberId([SUPPORT; 16])))),
        ]
        .into(),
        epoch: 3,
        seats: Seats::default(),
    }
}

fn check(device: u8, deed: Deed<'_>, expected: Result<(), Refusal>) {
    assert_eq!(
        authorize(&board(), DeviceId([device; 16]), deed),
        expected,
        "{device}: {deed:?}"
    );
}

/// Those who may; everybody else hears that the role does not allow it.
fn check_roles(deed: Deed<'_>, may: &[u8]) {
    for device in [LEAD, MARKETING, SUPPORT, PARTNER, VIEWER, RECOVERY, NEWER] {
        let expected = if may.contains(&device) {
            Ok(())
        } else {
            Err(Refusal::Role)
        };
        check(device, deed, expected);
    }
    check(REMOVED, deed, Err(Refusal::Removed));
    check(STRANGER, deed, Err(Refusal::NotAMember));
}

fn write(epoch: u32, space: Space) -> Deed<'static> {
    Deed::Write {
        epoch,
        space: Some(space),
    }
}

fn admit(invite: u8, device: u8, member: u8, at: Millis) -> Deed<'static> {
    Deed::Admit {
        invite: InviteId([invite; 16]),
        device: DeviceId([device; 16]),
        member: MemberId([member; 16]),
        at,
    }
}

fn change<'a>(epoch: u32, removed: &'a [DeviceId], roles: &'a [(MemberId, Role)]) -> Deed<'a> {
    Deed::NewEpoch { epoch, removed, roles }
}

#[test]
fn each_role_may_what_it_may() {
    check_roles(write(3, Space::Board), &[LEAD, MARKETING, SUPPORT, PARTNER, VIEWER]);
    check_roles(write(3, Space::Inner), &[LEAD, MARKETING, SUPPORT, VIEWER]);
    let invite = |role| Deed::Invite { role, member: None };
    check_roles(invite(Role::Viewer), &[LEAD]);
    check_roles(invite(Role::Recovery), &[]);
    check_roles(invite(Role::Other(77)), &[]);
    check_roles(admit(1, 20, 20, 99), &[LEAD]);
    check_roles(change(4, &[], &[]), &[LEAD]);
    check_roles(Deed::NameHub, &[LEAD]);
    check_roles(Deed::Unknown, &[LEAD, MARKETING, SUPPORT, PARTNER, VIEWER]);
    let recover = Deed::Recover {
        device: DeviceId([20; 16]),
        member: MemberId([20; 16]),
    };
    check_roles(recover, &[RECOVERY]);
}

#[test]
fn only_the_current_key_counts() {
    check(LEAD, write(2, Space::Board), Err(Refusal::OldEpoch));
    check(LEAD, change(6, &[], &[]), Err(Refusal::OldEpoch));
}

#[test]
fn an_invitation_works_once_in_time_and_for_somebody_new() {
    check(LEAD, admit(1, 20, 20, 99), Ok(()));
    check(LEAD, admit(1, 20, 20, 100), Err(Refusal::InviteExpired));
    check(LEAD, admit(2, 20, 20, 1), Err(Refusal::InviteSpent));
    check(LEAD, admit(4, 20, 20, 1), Err(Refusal::NoInvite));
    check(LEAD, admit(1, 20, SUPPORT, 1), Err(Refusal::SomebodyElse));
    check(LEAD, admit(1, SUPPORT, 20, 1), Err(Refusal::KnownDevice));
    check(LEAD, admit(1, REMOVED, 20, 1), Err(Refusal::KnownDevice));
}

#[test]
fn anybody_gets_a_second_device_for_themselves_and_for_nobody_else() {
    let (mine, lead) = (MemberId([SUPPORT; 16]), MemberId([LEAD; 16]));
    let invite = |role, member| Deed::Invite {
        role,
        member: Some(member),
    };
    check(SUPPORT, invite(Role::Support, mine), Ok(()));
    check(SUPPORT, invite(Role::Lead, mine), Err(Refusal::Role));
    check(SUPPORT, invite(Role::Support, lead), Err(Refusal::Role));
    check(LEAD, invite(Role::Support, mine), Err(Refusal::Role));
    check(SUPPORT, admit(3, 20, SUPPORT, 1), Ok(()));
    check(LEAD, admit(3, 20, SUPPORT, 1), Ok(()));
    check(MARKETING, admit(3, 20, SUPPORT, 1), Err(Refusal::Role));
    check(LEAD, admit(3, 20, LEAD, 1), Err(Refusal::SomebodyElse));
    check(LEAD, admit(3, 20, 20, 1), Err(Refusal::SomebodyElse));
}

#[test]
fn a_lead_stays() {
    let (lead, support) = (MemberId([LEAD; 16]), MemberId([SUPPORT; 16]));
    let device = [DeviceId([LEAD; 16])];
    let new = [(support, Role::LeadOf(Function::Support))];
    check(LEAD, change(4, &device, &[]), Err(Refusal::LastLead));
    check(LEAD, change(4, &[], &[(lead, Role::Viewer)]), Err(Refusal::LastLead));
    check(LEAD, change(4, &device, &new), Ok(()));
    check(LEAD, change(4, &[], &[new[0], (lead, Role::Viewer)]), Ok(()));
    check(
        LEAD,
        change(4, &[], &[new[0], (support, Role::Support), (lead, Role::Viewer)]),
        Err(Refusal::LastLead),
    );
}

#[test]
fn changes_are_of_people_who_are_there() {
    check(
        LEAD,
        change(4, &[DeviceId([STRANGER; 16])], &[]),
        Err(Refusal::NotAMember),
    );
    let roles = |member, role| [(MemberId([member; 16]), role)];
    for (member, role) in [
        (STRANGER, Role::Lead),
        (SUPPORT, Role::Recovery),
        (SUPPORT, Role::Other(99)),
        (RECOVERY, Role::Lead),
    ] {
        check(LEAD, change(4, &[], &roles(member, role)), Err(Refusal::NotAMember));
    }
}

#[test]
fn roles_words_and_numbers_are_one_to_one() {
    for role in Role::OF_PEOPLE {
        assert_eq!(Role::from_number(role.number()), role);
        assert_eq!(Role::from_word(role.word()), Some(role));
    }
    assert_eq!(Role::from_number(8), Role::Recovery);
    assert_eq!(Role::from_word("recovery"), None);
    assert_eq!(Role::from_number(99), Role::Other(99));
}
