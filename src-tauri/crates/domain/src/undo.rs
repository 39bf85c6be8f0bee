//! Undo and redo, as a reading of the log: what a device did, minus what it took back.
//!
//! Nothing is stored beside the log. An undo is an ordinary action that says which one it undoes; so the stack survives a
//! restart, a crash and a refold, and an undo can itself be undone.

mod inverse;

pub use inverse::{Did, Inverse, inverse};

use crate::id::ActionId;

/// One action of this device, in the order it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    /// The action.
    pub id: ActionId,
    /// Set when the action is an undo.
    pub undoes: Option<ActionId>,
    /// Set when the action is a redo: the undo it takes back.
    pub redoes: Option<ActionId>,
}

/// What the next undo and the next redo would take back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stack {
    /// Last is next to undo: the action whose effect stands.
    pub undo: Vec<ActionId>,
    /// Last is next to redo: the undo that may be taken back.
    pub redo: Vec<ActionId>,
}

/// Reads the stack off a device's actions.
pub fn stack(actions: &[Done]) -> Stack {
    let mut stack = Stack::default();
    for done in actions {
        match (done.undoes, done.redoes) {
            (Some(undone), _) => {
                stack.undo.retain(|id| *id != undone);
                stack.redo.push(done.id);
            }
            (None, Some(undo)) => {
                stack.redo.retain(|id| *id != undo);
                stack.undo.push(done.id);
            }
            (None, None) => {
                stack.redo.clear();
                stack.undo.push(done.id);
            }
        }
    }
    stack
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u8) -> ActionId {
        ActionId([n; 16])
    }

    /// `(id, undoes, redoes)`, 0 for none.
    fn check(actions: &[(u8, u8, u8)], undo: &[u8], redo: &[u8]) {
        let some = |n: u8| (n > 0).then(|| id(n));
        let done: Vec<Done> = actions
            .iter()
            .map(|(i, u, r)| Done {
                id: id(*i),
                undoes: some(*u),
                redoes: some(*r),
            })
            .collect();
        let ids = |list: &[u8]| list.iter().map(|n| id(*n)).collect::<Vec<_>>();
        assert_eq!(
            stack(&done),
            Stack {
                undo: ids(undo),
                redo: ids(redo)
            },
            "{actions:?}"
        );
    }

    #[test]
    fn undo_and_redo_walk_back_and_forth() {
        check(&[(1, 0, 0), (2, 0, 0)], &[1, 2], &[]);
        check(&[(1, 0, 0), (2, 0, 0), (3, 2, 0)], &[1], &[3]);
        check(&[(1, 0, 0), (2, 0, 0), (3, 2, 0), (4, 1, 0)], &[], &[3, 4]);
        check(&[(1, 0, 0), (2, 0, 0), (3, 2, 0), (4, 0, 3)], &[1, 4], &[]);
        check(&[(1, 0, 0), (2, 1, 0), (3, 0, 0)], &[3], &[]);
    }
}
