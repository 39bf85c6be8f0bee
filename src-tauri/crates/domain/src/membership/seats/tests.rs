//! Seats of the past, asked at every place.

use super::*;
use crate::membership::Device;

fn device(member: u8) -> Device {
    Device {
        member: MemberId([member; 16]),
        verify_key: [0; 32],
        wrap_key: [0; 32],
        removed_at: None,
    }
}

#[test]
fn a_seat_is_the_one_of_its_place_and_not_of_today() {
    let mut membership = Membership::default();
    let mut sits = |place, member: u8, role| {
        membership.members.insert(MemberId([member; 16]), role);
        membership
            .devices
            .entry(DeviceId([member; 16]))
            .or_insert(device(member));
        membership.take_seats(place);
    };
    sits(1, 1, Role::LeadOf(Function::Marketing));
    sits(5, 2, Role::Partner);
    sits(8, 2, Role::Support);
    sits(9, 2, Role::Viewer);
    let of = |device, place| {
        let seat = membership.seat_at(DeviceId([device; 16]), place);
        (seat.role, seat.peopled)
    };
    let lead = Role::LeadOf(Function::Marketing);
    assert_eq!(of(1, 1), (lead, [true, false]));
    assert_eq!(of(1, 7), (lead, [true, false]), "a partner accepts nothing");
    assert_eq!(of(1, 8), (lead, [true, true]));
    assert_eq!(of(1, u64::MAX), (lead, [true, false]));
    assert_eq!(of(2, 7).0, Role::Partner);
    assert_eq!(of(2, 8).0, Role::Support);
    assert_eq!(of(2, 9).0, Role::Viewer);
    assert_eq!(of(2, 4).0, Role::Other(0), "not there yet");
    assert_eq!(of(3, 4).0, Role::Other(0), "never there");

    let seats = &membership.seats;
    assert_eq!(&Seats::of(seats.roles(), seats.peopled().to_vec()), seats);
}
