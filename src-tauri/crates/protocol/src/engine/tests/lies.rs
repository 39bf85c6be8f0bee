//! What a hub says against what it said and shows.

use super::*;

/// A receipt and a page of the same place must speak of the same op and history, whichever comes first.
#[test]
fn receipts_and_pages_must_agree() {
    for page_first in [false, true] {
        for (what, lie) in [("place", 0), ("hash", 1), ("true", 2)] {
            let mut board = Board::shared();
            let mut engine = board.following();
            let ops = board.ops(1, 1);
            push(&mut engine, ops.clone());
            let (mut receipt, entry) = board.admit(ops[0].2.clone());
            match lie {
                0 => receipt.n += 7,
                1 => receipt.hash = [1; 32],
                _ => {}
            }
            receipt.signature = board
                .hub
                .sign("sidedesk 1 receipt", &receipt.message(board.chain.workspace));
            let shown = page(std::slice::from_ref(&entry), entry.n);
            let said = HubFrame::Receipt(receipt);
            let frames = if page_first { [shown, said] } else { [said, shown] };
            let effects: Vec<_> = frames.into_iter().flat_map(|one| frame(&mut engine, one)).collect();
            let alarmed = effects.iter().any(|e| matches!(e, Effect::Status(Status::Problem(_))));
            assert_eq!(alarmed, lie != 2, "{what}, page first: {page_first}");
        }
    }
}

/// What was promised is asked for at the next greeting; a hub that is being restored is let off.
#[test]
fn a_promise_outlives_its_connection() {
    for (head_moves, takes_upload, is_alarm) in [(false, false, true), (true, false, false), (false, true, false)] {
        let mut board = Board::shared();
        let mut engine = board.following();
        let before = board.chain.clone();
        let ops = board.ops(1, 1);
        push(&mut engine, ops.clone());
        let (receipt, _) = board.admit(ops[0].2.clone());
        frame(&mut engine, HubFrame::Receipt(receipt));
        engine.step(Event::Closed("gone".into()), 0);
        let after = std::mem::replace(&mut board.chain, before.clone());
        board.connect(&mut engine);
        let head = if head_moves { &after } else { &before };
        let effects = frame(&mut engine, welcome(head.n, head.hash, takes_upload));
        let alarmed = effects.iter().any(|e| matches!(e, Effect::Status(Status::Problem(_))));
        assert_eq!(alarmed, is_alarm, "{head_moves} {takes_upload}");
    }
}

/// Sealing again writes to the disk: whoever asks for it without end is asked less and less.
#[test]
fn what_is_refused_again_and_again_waits() {
    let mut board = Board::shared();
    let mut engine = board.following();
    let ops = board.ops(1, 1);
    let mut again = || {
        push(&mut engine, ops.clone());
        frame(&mut engine, refused(ops[0].1, RefusedWhy::SealAgain))
    };
    for _ in 0..MOST_IN_VAIN {
        let effects = again();
        assert!(effects.contains(&seal(None, WINDOW)), "{effects:?}");
    }
    let effects = again();
    assert!(effects.contains(&Effect::Close), "{effects:?}");
    let pauses = effects
        .iter()
        .any(|e| matches!(e, Effect::SetTimer(Timer::Reconnect, _)));
    assert!(pauses, "{effects:?}");
}

/// What the store finds out is an alarm like any other.
#[test]
fn a_witness_of_another_history_is_an_alarm() {
    let board = Board::shared();
    let mut engine = board.following();
    let effects = engine.step(Event::Contradicted(Error::Fork), 0);
    assert!(effects.contains(&Effect::Close));
    let said = effects.iter().any(
        |e| matches!(e, Effect::Status(Status::Problem(sentence)) if sentence.contains("its author saw another history")),
    );
    assert!(said, "{effects:?}");
    assert_eq!(engine.step(Event::Start, 0), []);
}
