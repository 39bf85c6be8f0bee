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

/// The engine's next connection to a hub that shows `entry`, spoiled or not; what it makes of that.
fn shown(board: &Board, engine: &mut Engine, entry: &Entry, spoiled: bool) -> Vec<Effect> {
    let mut entry = entry.clone();
    if spoiled {
        entry.op.body[0] ^= 1;
    }
    board.connect(engine);
    frame(engine, welcome(entry.n, [3; 32], false));
    frame(engine, page(std::slice::from_ref(&entry), entry.n))
}

/// A line that doubles or turns bytes is no liar; whoever shows the same wrong thing again and again is.
#[test]
fn spoiled_bytes_are_asked_for_again_and_are_an_alarm_only_when_they_stay_spoiled() {
    let mut board = Board::shared();
    let mut engine = Engine::new(board.secret.clone(), board.chain.clone());
    let before = board.chain.clone();
    let op = board.ops(1, 1).remove(0).2;
    let (_, entry) = board.admit(op);
    board.chain = before;
    let stores = |effects: &[Effect]| effects.iter().any(|e| matches!(e, Effect::Store { .. }));
    for round in 0..2 {
        for _ in 0..MOST_SPOILED {
            let effects = shown(&board, &mut engine, &entry, true);
            assert!(!has_problem(&effects) && !stores(&effects), "{effects:?}");
            assert!(delay(&effects) <= 2 * BACKOFF_FIRST_MS, "{effects:?}");
        }
        if round == 0 {
            let effects = shown(&board, &mut engine, &entry, false);
            assert!(stores(&effects), "{effects:?}");
            engine.step(Event::Stored, 0);
            engine.step(Event::Closed("for the next round".into()), 0);
        }
    }
    let effects = shown(&board, &mut engine, &entry, true);
    assert!(has_problem(&effects) && !stores(&effects), "{effects:?}");
    assert_eq!(engine.step(Event::Start, 0), [], "nothing more is said to it");
}

/// A receipt, too.
#[test]
fn a_spoiled_receipt_is_asked_for_again() {
    let mut board = Board::shared();
    let mut engine = board.following();
    let ops = board.ops(1, 1);
    push(&mut engine, ops.clone());
    let before = board.chain.clone();
    let (mut receipt, _) = board.admit(ops[0].2.clone());
    board.chain = before;
    receipt.hash[0] ^= 1;
    for _ in 0..MOST_SPOILED {
        let effects = frame(&mut engine, HubFrame::Receipt(receipt.clone()));
        assert!(
            effects.contains(&Effect::Close) && !has_problem(&effects),
            "{effects:?}"
        );
        board.connect(&mut engine);
        frame(&mut engine, welcome(board.chain.n, board.chain.hash, false));
        push(&mut engine, ops.clone());
    }
    assert!(has_problem(&frame(&mut engine, HubFrame::Receipt(receipt))));
}
