//! Bad input: the corpora of the fuzz targets, and what chance makes of them, through the same functions.
//!
//! `SIDEDESK_RUNS=1000000` makes more of it. `SIDEDESK_WRITE_CORPUS=1` writes the examples that everything began with.

#[cfg(test)]
mod tests {
    use sidedesk_tests::bad_input::{TARGETS, Target, examples};
    use sidedesk_tests::crash::dice::Dice;
    use std::path::{Path, PathBuf};

    /// Inputs made from each corpus; opening a database takes a hundred times as long as the others.
    const RUNS: u64 = 4_000;
    const RUNS_OF_FILES: u64 = 60;

    fn corpus(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name)
    }

    fn inputs(name: &str) -> Vec<Vec<u8>> {
        let mut paths: Vec<PathBuf> = std::fs::read_dir(corpus(name))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        paths.sort();
        paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
    }

    /// Some bytes changed, cut out, doubled, or taken from another input.
    fn mutated(of: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
        let below = |dice: &mut Dice, end: usize| usize::try_from(dice.below(end as u64)).unwrap();
        let mut bytes = of[below(dice, of.len())].clone();
        for _ in 0..=dice.below(4) {
            if bytes.is_empty() {
                bytes.push(0);
            }
            let at = below(dice, bytes.len());
            let len = 1 + below(dice, 16.min(bytes.len() - at));
            match dice.below(6) {
                0 => bytes[at] ^= 1 << dice.below(8),
                1 => bytes[at] = [0, 1, 0x7f, 0x80, 0xff, b'"', b',', b'\n'][below(dice, 8)],
                2 => drop(bytes.drain(at..at + len)),
                3 => {
                    let piece = bytes[at..at + len].to_vec();
                    bytes.splice(at..at, piece);
                }
                4 => bytes.truncate(at),
                _ => {
                    let other = &of[below(dice, of.len())];
                    let from = below(dice, other.len().max(1));
                    bytes.truncate(at);
                    bytes.extend(other.iter().skip(from).take(200));
                }
            }
        }
        bytes
    }

    fn replay(name: &str, runs: u64) {
        let target: Target = TARGETS.iter().find(|(known, _)| *known == name).unwrap().1;
        let inputs = inputs(name);
        assert!(!inputs.is_empty(), "{name} has no corpus");
        inputs.iter().for_each(|bytes| target(bytes));
        let runs = std::env::var("SIDEDESK_RUNS").map_or(runs, |runs| runs.parse().unwrap());
        let mut dice = Dice::new(runs);
        for run in 0..runs {
            let bytes = mutated(&inputs, &mut dice);
            let ended = std::panic::catch_unwind(|| target(&bytes));
            if ended.is_err() {
                let path = std::env::temp_dir().join(format!("sidedesk-{name}-{run}"));
                std::fs::write(&path, &bytes).unwrap();
                panic!("{name}: input {run} is in {}; put it into its corpus", path.display());
            }
        }
    }

    #[test]
    fn frames() {
        replay("frame", RUNS);
    }

    #[test]
    fn entries() {
        replay("entry", RUNS);
    }

    #[test]
    fn states_of_a_chain() {
        replay("state", RUNS);
    }

    #[test]
    fn what_is_sealed() {
        replay("sealed", RUNS);
    }

    #[test]
    fn snapshots() {
        replay("snapshot", RUNS);
    }

    #[test]
    fn files_of_other_tools() {
        replay("formats", RUNS);
    }

    #[test]
    fn files_and_what_was_said_of_their_columns() {
        replay("mapper", RUNS);
    }

    #[test]
    fn parts_of_a_workbook() {
        replay("workbook", RUNS);
    }

    #[test]
    fn beginnings_of_a_database() {
        replay("database", RUNS_OF_FILES);
    }

    #[test]
    fn every_target_is_replayed_and_can_be_fuzzed() {
        if std::env::var_os("SIDEDESK_WRITE_CORPUS").is_some() {
            for (target, name, bytes) in examples() {
                std::fs::create_dir_all(corpus(target)).unwrap();
                std::fs::write(corpus(target).join(name), bytes).unwrap();
            }
        }
        for (name, _) in TARGETS {
            let source = corpus(name).join("../../fuzz_targets").join(format!("{name}.rs"));
            assert!(source.exists() && !inputs(name).is_empty(), "{}", source.display());
        }
    }
}
