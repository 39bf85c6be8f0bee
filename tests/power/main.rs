//! Power loss and failing disks, sampled; `cargo xtask power` is the long form.

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use sidedesk_tests::crash::Plant;
    use sidedesk_tests::power::device::{self, Plan};
    use sidedesk_tests::power::inject::{self, FAILURES};
    use sidedesk_tests::power::shared::{self, Victim};
    use sidedesk_tests::process::program;
    use std::path::Path;

    const WRITER: &str = env!("CARGO_BIN_EXE_crash_writer");
    const PLAN: Plan = Plan {
        commits: 10,
        rows: 700,
        images: 60,
        seed: 1,
        plant: None,
        lying: false,
    };

    #[test]
    fn a_device_that_loses_its_power_keeps_what_it_said_is_saved() {
        let stats = device::bench(Path::new(WRITER), &PLAN).unwrap();
        println!("{stats:?}");
        assert!(
            stats.images == 60 && stats.lossy > 15 && stats.promises > 200 && stats.syncs > 30,
            "{stats:?}"
        );
    }

    #[test]
    fn a_shared_board_finds_together_after_either_side_lost_its_power() {
        let story = shared::story(Path::new(WRITER), &program("sidedesk-hub"), 10, None);
        for victim in [Victim::Device, Victim::Hub] {
            let stats = shared::bench(&story, victim, 20, 1, false).unwrap();
            println!("{victim:?}: {stats:?}");
            assert!(
                stats.images == 20 && stats.lossy > 1 && stats.promises > 50,
                "{stats:?}"
            );
        }
        let lost = shared::bench(&story, Victim::Hub, 40, 2, true).unwrap_err();
        assert!(
            lost.contains("a receipt is broken") || lost.contains("histories"),
            "{lost}"
        );
    }

    #[test]
    fn a_log_that_is_not_flushed_at_every_commit_is_caught() {
        let error = device::bench(Path::new(WRITER), &Plan { lying: true, ..PLAN }).unwrap_err();
        assert!(error.contains("acknowledged and lost"), "{error}");
    }

    #[test]
    fn saved_before_the_commit_is_caught() {
        let plan = Plan {
            plant: Some(Plant::AckEarly),
            ..PLAN
        };
        let error = device::bench(Path::new(WRITER), &plan).unwrap_err();
        assert!(error.contains("acknowledged and lost"), "{error}");
    }

    #[test]
    fn a_disk_that_fails_once_loses_nothing_that_was_acknowledged() {
        for (failure, every) in FAILURES {
            let stats = inject::bench(Path::new(WRITER), failure, 1, every).unwrap();
            println!("{failure:?}: {stats:?}");
            assert!(stats.hit > 0, "{failure:?}: {stats:?}");
        }
    }
}
