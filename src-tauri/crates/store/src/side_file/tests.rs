//! A side file cut, changed and shifted at every byte; and what it says as changes come and go.

use super::*;
use crate::files::Files;
use sidedesk_domain::Space;

fn row(n: u8) -> Pending {
    Pending {
        seq: u64::from(n),
        kind: OpKind::Action,
        op: OpId([n; 16]),
        space: Space::Board,
        author_time: i64::from(n),
        plain: vec![n; 40 + usize::from(n)],
    }
}

const BOARD: WorkspaceId = WorkspaceId([3; 32]);

/// What the file says: the first byte of each op.
fn said(path: &Path) -> Vec<u8> {
    let found = read(path, BOARD).unwrap().unwrap_or_default();
    for row in &found.waiting {
        assert_eq!(
            row.plain,
            vec![row.op.0[0]; 40 + usize::from(row.op.0[0])],
            "whole lines only"
        );
    }
    found.waiting.iter().map(|row| row.op.0[0]).collect()
}

fn fresh() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = Files::at(dir.path()).unwrap().side();
    (dir, path)
}

#[test]
fn what_waits_is_said_in_order_until_it_settles_and_then_the_file_is_short() {
    let (_dir, path) = fresh();
    let mut side = SideFile::open(&path, BOARD, &[]);
    let empty = std::fs::metadata(&path).unwrap().len();
    side.keep(&[row(1), row(2)]);
    side.keep(&[row(3)]);
    assert_eq!(said(&path), [1, 2, 3]);
    side.settle(&[OpId([2; 16])]);
    assert_eq!(said(&path), [1, 3]);
    side.settle(&[OpId([1; 16]), OpId([3; 16])]);
    assert_eq!(said(&path), Vec::<u8>::new());
    assert_eq!(std::fs::metadata(&path).unwrap().len(), empty);
    side.keep(&[row(4)]);
    assert_eq!(said(&path), [4], "and it goes on behind its head");
    assert!(read(&path, WorkspaceId([4; 32])).unwrap().is_none(), "another board's");
}

#[test]
fn it_is_written_anew_when_settled_lines_pile_up() {
    let (_dir, path) = fresh();
    let mut side = SideFile::open(&path, BOARD, &[]);
    side.keep(&[row(255)]);
    for round in 0..2 {
        assert!(!side.wants_rewriting());
        for n in 1..=200 {
            side.keep(&[row(n)]);
            // What was never kept makes no difference.
            side.settle(&[OpId([n; 16]), OpId([0; 16])]);
        }
        assert_eq!(said(&path), [255], "round {round}");
    }
    assert!(side.wants_rewriting());
    side.rewrite(&[row(255)]);
    assert!(!side.wants_rewriting());
    assert_eq!(said(&path), [255]);
}

/// A file cut anywhere, or with any byte changed, says what came before and nothing else; it goes on from there.
#[test]
fn a_torn_tail_is_cut_and_never_trusted() {
    let (_dir, path) = fresh();
    let mut side = SideFile::open(&path, BOARD, &[]);
    let mut ends = vec![side.size().0];
    for n in 1..=4 {
        side.keep(&[row(n)]);
        ends.push(side.size().0);
    }
    let whole = std::fs::read(&path).unwrap();
    let kept_until = |len: usize| ends.iter().filter(|end| **end <= len as u64).count().saturating_sub(1);
    for len in 0..whole.len() {
        std::fs::write(&path, &whole[..len]).unwrap();
        let expected: Vec<u8> = (1..=4).take(kept_until(len)).collect();
        assert_eq!(said(&path), expected, "cut at {len}");
    }
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x10;
        std::fs::write(&path, &damaged).unwrap();
        let expected: Vec<u8> = (1..=4).take(kept_until(at)).collect();
        assert_eq!(said(&path), expected, "changed at {at}");
    }
    // The sound beginning is what it goes on from.
    std::fs::write(&path, &whole[..whole.len() - 3]).unwrap();
    let mut side = SideFile::open(&path, BOARD, &[row(1), row(2), row(3)]);
    side.keep(&[row(5)]);
    assert_eq!(said(&path), [1, 2, 3, 5]);
}

/// A line that lies at another place than where it was written is not one: what an older, longer file left behind.
#[test]
fn a_line_at_another_place_is_not_trusted() {
    let (_dir, path) = fresh();
    let mut side = SideFile::open(&path, BOARD, &[]);
    side.keep(&[row(1), row(2)]);
    let whole = std::fs::read(&path).unwrap();
    let line = usize::try_from(side.open.as_ref().unwrap().head_len).unwrap();
    let second = whole[line..].to_vec();
    let moved = [&whole[..], &second].concat();
    std::fs::write(&path, moved).unwrap();
    let found = read(&path, BOARD).unwrap().unwrap();
    assert_eq!((found.waiting.len(), found.torn), (2, second.len()));
}

#[test]
fn a_write_that_fails_closes_it_until_it_is_written_anew() {
    let (_dir, path) = fresh();
    let mut side = SideFile::open(&path, BOARD, &[]);
    side.keep(&[row(1)]);
    // A handle that cannot write, as on a full disk.
    side.open.as_mut().unwrap().file = File::open(&path).unwrap();
    side.keep(&[row(2)]);
    assert!(side.is_closed() && side.wants_rewriting());
    side.keep(&[row(3)]);
    assert_eq!(said(&path), [1]);
    side.rewrite(&[row(1), row(2), row(3)]);
    assert_eq!(said(&path), [1, 2, 3]);
}
