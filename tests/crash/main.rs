//! kill -9 of the real programs, fifty times each, and proof that this would notice. Longer: `--bin crash`.

#[cfg(test)]
mod tests {
    use sidedesk_tests::crash::{Plant, device, hub};
    use std::path::Path;

    const CYCLES: u64 = 50;
    const WRITER: &str = env!("CARGO_BIN_EXE_crash_writer");

    #[test]
    fn devices_survive_fifty_kills() {
        let stats = device::cycles(Path::new(WRITER), CYCLES, 1, None).unwrap();
        assert_eq!(stats.kills, CYCLES);
        println!("{stats:?}");
        assert!(
            stats.acknowledged > 100 && stats.imports_done + stats.imports_prevented > 3,
            "{stats:?}"
        );
    }

    #[test]
    fn a_hub_survives_fifty_kills() {
        let stats = hub::cycles(Path::new(WRITER), CYCLES, 1, None).unwrap();
        println!("{stats:?}");
        assert!(stats.receipts > 1000 && stats.head > stats.commits, "{stats:?}");
    }

    fn caught(plant: Plant, says: &[&str]) {
        let error = device::cycles(Path::new(WRITER), CYCLES, 2, Some(plant)).unwrap_err();
        assert!(says.iter().any(|says| error.contains(says)), "{error}");
    }

    #[test]
    fn acknowledging_before_the_commit_is_caught() {
        caught(Plant::AckEarly, &["acknowledged and lost"]);
    }

    #[test]
    fn applying_twice_after_a_restart_is_caught() {
        caught(Plant::DoubleApply, &["there twice"]);
    }

    #[test]
    fn a_disk_that_forgets_is_caught() {
        // Whichever it forgets first: single commits or a whole import.
        caught(Plant::LyingDisk, &["acknowledged and lost", "of import"]);
    }
}
