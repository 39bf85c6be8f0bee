//! The short form of the hub's load: wide bounds that a busy machine keeps and a mistake does not. The figures come from
//! `cargo xtask hub-load`.

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use sidedesk_tests::hub::Hub;
    use sidedesk_tests::load::figures::Figures;
    use sidedesk_tests::load::{Scenario, run};
    use sidedesk_tests::postgres;
    use std::time::Duration;

    const USUAL: Scenario = Scenario {
        boards: 4,
        devices: 20,
        ops_per_second: 60.0,
        lasts: Duration::from_secs(4),
        text_len: 120,
        opened: true,
        stalled: 0,
    };

    fn kept_up(figures: &Figures, scenario: Scenario) {
        println!("{figures}");
        assert!(figures.per_second > scenario.ops_per_second / 2.0, "{figures}");
        assert!(figures.acknowledged.count >= figures.pushed * 9 / 10, "{figures}");
        assert!(figures.acknowledged.p99_ms < 2000.0, "{figures}");
        assert!(figures.last_of_board.p99_ms < 4000.0, "{figures}");
        assert!(figures.memory_most_mb < 400.0, "{figures}");
    }

    #[test]
    fn several_boards_at_once_keep_up() {
        kept_up(&run(&Hub::start(), USUAL).unwrap(), USUAL);
    }

    #[test]
    fn several_boards_at_once_keep_up_on_postgres() {
        let hub = Hub::replicas(1, &postgres::database(), None).remove(0);
        kept_up(&run(&hub, USUAL).unwrap(), USUAL);
    }

    #[test]
    fn a_reader_that_stands_still_holds_nobody_up() {
        let scenario = Scenario {
            boards: 1,
            devices: 5,
            ops_per_second: 20.0,
            // More in a few seconds than sockets buffer: the hub stands before a full one.
            text_len: 120_000,
            opened: false,
            stalled: 1,
            ..USUAL
        };
        kept_up(&run(&Hub::start(), scenario).unwrap(), scenario);
    }
}
