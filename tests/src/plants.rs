//! Every bug that is put in on purpose, where it is, and which harness catches it: a harness that never saw a failure
//! proves nothing. The same list for readers is in `docs/measurements.md`, "Planted bugs"; the test below compares them.

/// A bug on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plant {
    /// Its name, as it is switched on.
    pub name: &'static str,
    /// The file that holds it, from the root of the tree.
    pub file: &'static str,
    /// The command that shows that it is caught.
    pub caught_by: &'static str,
}

const SIM: &str = "tests/sim/planted.rs";
const SIM_TEST: &str = "cargo test -p sidedesk-tests --test sim";
const CRASH_TEST: &str = "cargo test -p sidedesk-tests --test crash";
const POWER_TEST: &str = "cargo test -p sidedesk-tests --test power";

const STORE: &str = "src-tauri/crates/store/src/planted.rs";
const STORE_TEST: &str = "cargo test -p sidedesk-store --lib";
const DOMAIN_TEST: &str = "cargo test -p sidedesk-domain --lib planted";
const REPLICAS_TEST: &str = "cargo test -p sidedesk-hub --test hub replicas";

const fn plant(name: &'static str, file: &'static str, caught_by: &'static str) -> Plant {
    Plant { name, file, caught_by }
}

/// All of them.
pub const PLANTS: &[Plant] = &[
    plant("AckBeforeCommit", SIM, SIM_TEST),
    plant("ReceiptFromMemory", SIM, SIM_TEST),
    plant("FoldTwiceAfterRestart", SIM, SIM_TEST),
    plant("NewIdsAfterRestart", SIM, SIM_TEST),
    plant("ClockDecidesOrder", SIM, SIM_TEST),
    plant("DropOutboxOnCrash", SIM, SIM_TEST),
    plant("SavedBeforeCommit", SIM, SIM_TEST),
    plant("TornPage", SIM, SIM_TEST),
    plant("NormalSync", SIM, SIM_TEST),
    plant("SequenceCursor", SIM, SIM_TEST),
    plant("PageEndIsTheHubs", SIM, SIM_TEST),
    plant("InsertOrIgnore", SIM, SIM_TEST),
    plant("AdoptTheHubs", SIM, SIM_TEST),
    plant("ack-early", "tests/src/crash/mod.rs", CRASH_TEST),
    plant("double-apply", "tests/src/crash/mod.rs", CRASH_TEST),
    plant("lying-disk", "tests/src/crash/mod.rs", CRASH_TEST),
    plant(
        "ack-before-commit",
        "src-tauri/crates/hub/src/planted.rs",
        "cargo xtask crash -- --planted",
    ),
    plant("lying", "tests/src/power/disk.rs", POWER_TEST),
    plant(
        "normal-sync",
        "src-tauri/crates/store/src/sqlite.rs",
        "cargo xtask power -- --planted",
    ),
    plant("shadow-not-rebased", STORE, STORE_TEST),
    plant("settled-when-sent", STORE, STORE_TEST),
    plant("side-file-forgets", STORE, STORE_TEST),
    plant("waits-twice", STORE, STORE_TEST),
    plant("clone-goes-on", STORE, STORE_TEST),
    plant("stuck-connection", STORE, STORE_TEST),
    plant(
        "WaitingIsLost",
        "src-tauri/crates/domain/src/text/tests.rs",
        DOMAIN_TEST,
    ),
    plant(
        "OverANewerValue",
        "src-tauri/crates/domain/src/undo/inverse/tests.rs",
        DOMAIN_TEST,
    ),
    plant(
        "n-from-a-sequence",
        "src-tauri/crates/hub/src/planted.rs",
        REPLICAS_TEST,
    ),
    plant("insert-or-ignore", "src-tauri/crates/hub/src/planted.rs", REPLICAS_TEST),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn text(file: &str) -> String {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    #[test]
    fn every_planted_bug_is_in_the_code_and_in_the_table() {
        let table = text("docs/measurements.md");
        for Plant { name, file, caught_by } in PLANTS {
            assert!(text(file).contains(name), "{name} is not in {file}");
            let row = table.lines().find(|line| line.starts_with(&format!("| `{name}` |")));
            let row = row.unwrap_or_else(|| panic!("{name} is not in the table"));
            assert!(row.contains(caught_by), "{row}");
        }
        assert!(PLANTS.len() >= 10);
    }

    #[test]
    fn the_simulator_has_no_bug_that_is_not_in_the_list() {
        let source = text(SIM);
        let (_, variants) = source.split_once("pub enum Planted {").unwrap();
        let (variants, _) = variants.split_once("\n}").unwrap();
        let listed = |name: &str| PLANTS.iter().any(|plant| plant.name == name);
        for line in variants
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with("///"))
        {
            assert!(listed(line.trim_end_matches(',')), "{line}");
        }
    }
}
