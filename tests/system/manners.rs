//! How the command line behaves beside others: who holds the board, what reading may do, exit codes, ended pipes.

use crate::two_devices::pair;
use sidedesk_tests::device::Device;
use sidedesk_tests::hub::Hub;
use sidedesk_tests::process::Running;

fn id_of(running: &Running) -> String {
    format!("process {}", running.id())
}

#[test]
fn a_write_beside_another_process_says_who_and_reading_goes_on() {
    let hub = Hub::start();
    let (marketing, _support) = pair(&hub);
    let card = marketing.add("campaign", "Newsletter", &[]);
    let watching = marketing.watch();
    let said = marketing.refused(["campaign", "set", &card, "name=Other"]);
    assert!(said.contains("sidedesk") && said.contains(&id_of(&watching)), "{said}");
    for write in [
        vec!["undo"],
        vec!["campaign", "add", "x"],
        vec!["import", "/dev/null"],
        vec!["sync"],
    ] {
        assert!(marketing.refused(write).contains(&id_of(&watching)));
    }
    assert_eq!(marketing.show("campaign", &card)["name"], "Newsletter");
    for read in [
        vec!["campaign", "list"],
        vec!["clashes"],
        vec!["members"],
        vec!["history", &card],
    ] {
        let document = marketing.json(&read);
        assert!(!document.as_array().is_some_and(Vec::is_empty), "{read:?}: {document}");
    }
    // kill -9 leaves no lock behind.
    watching.kill();
    marketing.json(["campaign", "set", &card, "name=Other"]);
    assert_eq!(marketing.show("campaign", &card)["name"], "Other");
}

#[test]
fn watching_ends_when_asked_however_busy_it_is() {
    let hub = Hub::start();
    let (marketing, support) = pair(&hub);
    for round in 0..5 {
        let watching = marketing.watch();
        support.add("campaign", &format!("Sale {round}"), &[]);
        support.sync();
        assert_eq!(watching.stop(), Some(0), "round {round}");
    }
}

#[test]
fn a_hub_that_is_down_from_the_start_is_said() {
    let mut hub = Hub::start();
    let (marketing, _support) = pair(&hub);
    hub.kill();
    let mut watching = marketing.start(["sync", "--watch"]);
    let line = watching.says("Offline since 20");
    assert!(!line.contains("Problem"), "{line}");
    assert_eq!(watching.stop(), Some(0));
    let said = marketing.refused(["sync", "--wait", "1"]);
    assert!(said.contains(hub.address()), "{said}");
    marketing.add("campaign", "Works all the same", &[]);
    let status = marketing.json(["status"]);
    assert_eq!(
        (&status["state"], &status["waiting"]),
        (&"offline".into(), &1.into()),
        "{status}"
    );

    let local = Device::founded("support");
    let said = local.refused(["share", hub.address()]);
    assert!(
        said.contains("no hub answers") && said.contains("the board stays as it is"),
        "{said}"
    );
    assert_eq!(local.json(["status"])["state"], "local");
    local.add("campaign", "Still local", &[]);
    local.verified();
}

#[test]
fn wrong_usage_exits_2_and_refusals_exit_1() {
    let device = Device::founded("marketing");
    for wrong in [
        vec![],
        vec!["fly"],
        vec!["import"],
        vec!["campaign", "set", "x"],
        vec!["init", "--function", "sales"],
    ] {
        assert_eq!(device.run(&wrong).code, Some(2), "{wrong:?}");
    }
    for (refused, part) in [
        (vec!["init", "--function", "support"], "there is a board here already"),
        (
            vec!["campaign", "show", "01a1ffe3-1056-706f-9630-af0fd95cf13c"],
            "there is no campaign",
        ),
        (vec!["campaign", "add", "x", "nmae=y"], "no such field"),
        (
            vec!["campaign", "add", "x", "start=2026-11-21", "end=2026-11-20"],
            "before the start",
        ),
        (vec!["campaign", "add", " "], "cannot be empty"),
        (
            vec!["complaint", "add", "x", "severity=9"],
            "1 (a nuisance) to 5 (harm)",
        ),
        (vec!["clashes", "--at", "soon"], "is not a time"),
        (vec!["undo"], "nothing to undo"),
        (vec!["redo"], "nothing to redo"),
    ] {
        let said = device.refused(&refused);
        assert!(said.contains(part), "{refused:?}: {said}");
    }
    let nobody = Device::new();
    assert!(nobody.refused(["campaign", "list"]).contains("no board here yet"));
}

/// `sidedesk … | head -1`: whoever reads may stop reading.
#[test]
fn an_ended_pipe_is_not_a_crash() {
    let device = Device::founded("marketing");
    device.add("campaign", "Newsletter", &[]);
    let ended = device.run_into_closed_pipe(["campaign", "list"]);
    assert!(!ended.stderr.contains("panicked"), "{}", ended.stderr);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
}
