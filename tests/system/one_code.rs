//! Two newcomers, one code: one gets in, the other is told so and may use another code.

use crate::two_devices::{agree, join};
use sidedesk_tests::device::Device;
use sidedesk_tests::hub::Hub;

#[test]
fn of_two_who_wait_with_one_code_one_gets_in_and_the_other_hears_it() {
    let hub = Hub::start();
    let lead = Device::founded("marketing");
    let code = lead.json(["share", hub.address()])["code"].as_str().unwrap().to_owned();
    let newcomers = [Device::new(), Device::new()];
    let ended: Vec<_> = std::thread::scope(|scope| {
        let asking = newcomers.each_ref().map(|newcomer| {
            let code = &code;
            scope.spawn(move || newcomer.run(["join", code, "--function", "support"]))
        });
        let watching = lead.watch();
        let ended = asking.map(|asking| asking.join().unwrap());
        assert_eq!(watching.stop(), Some(0));
        ended.into()
    });
    let mut codes: Vec<_> = ended.iter().map(|ended| ended.code).collect();
    codes.sort();
    assert_eq!(codes, [Some(0), Some(1)], "{ended:?}");
    let late = ended.iter().position(|ended| ended.code == Some(1)).unwrap();
    let said = &ended[late].stderr;
    assert!(
        said.contains("this invitation was used") || said.contains("somebody else was let in"),
        "{said}"
    );
    let (late, early) = (&newcomers[late], &newcomers[1 - late]);
    assert!(
        late.refused(["campaign", "list"])
            .contains("there is no board here yet")
    );
    let again = late.refused(["join", &code, "--function", "support"]);
    assert!(again.contains("this invitation was used"), "{again}");

    let code = lead.json(["invite"])["code"].as_str().unwrap().to_owned();
    join(&lead, late, &code, "support");
    agree(&[&lead, early, late]);
    assert_eq!(lead.json(["members"]).as_array().unwrap().len(), 3);
}

/// The one who was not let in had heard that somebody was, and its program ended before it found out.
#[test]
fn an_identity_that_the_board_never_knew_is_put_aside() {
    let hub = Hub::start();
    let lead = Device::founded("marketing");
    let code = lead.json(["share", hub.address()])["code"].as_str().unwrap().to_owned();
    let (early, late) = (Device::new(), Device::new());
    join(&lead, &early, &code, "support");
    let workspace = {
        let parsed = sidedesk_protocol::invite::InviteCode::from_text(&code).unwrap();
        let (data, keys) = (late.data(), sidedesk_store::Keys::file());
        let newcomer = sidedesk_store::Newcomer::at(&data, &parsed, 1, &keys);
        let newcomer = tokio::runtime::Runtime::new().unwrap().block_on(newcomer).unwrap();
        newcomer.settle(&late.data(), &parsed, 1).unwrap();
        parsed.workspace
    };
    assert!(
        late.json(["status"])["hub"].is_string(),
        "a board of which nothing is here: {workspace}"
    );
    let said = late.refused(["join", &code, "--function", "support"]);
    assert!(said.contains("used"), "{said}");
    assert!(late.refused(["status"]).contains("there is no board here yet"));
    let asides = std::fs::read_dir(late.data())
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    let asides = asides.filter(|name| name.to_string_lossy().starts_with("identity.not-admitted-"));
    assert_eq!(asides.count(), 1, "nothing is deleted");
    let code = lead.json(["invite"])["code"].as_str().unwrap().to_owned();
    join(&lead, &late, &code, "support");
    agree(&[&lead, &early, &late]);
}
