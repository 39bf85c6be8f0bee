//! Whatever is typed: no panic, chips inside the line and apart, and not a character lost.

use proptest::prelude::*;
use sidedesk_domain::Kind;
use sidedesk_domain::quick::{Known, read};
use sidedesk_domain::time::Tz;

/// Pieces that meet the reader's rules, between whatever else somebody types.
fn line() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[#@~^!\"„“»«_.,;:–-]{1,3}",
        "(#|@|~|\\^|!)[a-zA-Z0-9_]{1,8}",
        "[0-9]{1,5}",
        "(mon|Sat|So|Dec|Dez|March|mai|next|until|bis|to|vom|of|at|um|tomorrow|EU|North America)",
        "[0-9]{1,2}[.:][0-9]{0,2}\\.?",
        "[0-9]{4}-[0-9]{2}-[0-9]{2}",
        "\\PC{0,6}",
        "[ \t\u{a0}]{1,2}",
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn every_character_is_in_a_chip_or_in_the_title(
        line in line(),
        now in -4_000_000_000_000_i64..8_000_000_000_000,
        complaint: bool,
        berlin: bool,
    ) {
        let known = Known {
            product: vec!["Boots".into(), "Hiking boots".into()],
            region: vec!["EU".into(), "North America".into()],
            ..Known::default()
        };
        let kind = if complaint { Kind::Complaint } else { Kind::Campaign };
        let zone = if berlin { Tz::Europe__Berlin } else { Tz::Pacific__Apia };
        let quick = read(kind, &line, &known, now, zone);
        let (mut rest, mut at) = (String::new(), 0);
        for chip in &quick.chips {
            prop_assert!(at <= chip.start && chip.start < chip.end && chip.end <= line.len(), "{chip:?}");
            prop_assert!(line.is_char_boundary(chip.start) && line.is_char_boundary(chip.end), "{chip:?}");
            rest.push_str(&line[at..if chip.in_title { chip.end } else { chip.start }]);
            at = chip.end;
        }
        rest.push_str(&line[at..]);
        let solid = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        prop_assert_eq!(solid(&rest), solid(&quick.title));
    }
}
