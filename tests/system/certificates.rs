//! Real hubs with real certificates, and what the command line says to each: nobody is talked into a wrong one.

use crate::two_devices::agree;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use sidedesk_tests::device::Device;
use sidedesk_tests::hub::Hub;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

fn without_fingerprint(address: &str) -> &str {
    address.split('#').next().unwrap()
}

/// The fingerprint comes with the address, travels in the invitation, and is needed by nobody afterwards.
#[test]
fn a_hub_that_vouches_for_itself_is_known_by_its_fingerprint_alone() {
    let hub = Hub::with(&["--tls-self-signed"]);
    assert!(hub.address().starts_with("wss://127.0.0.1:") && hub.address().contains("#sha256-"));
    let (marketing, support) = (Device::founded("marketing"), Device::new());
    marketing.share_with(&support, hub.address());
    marketing.add("campaign", "Newsletter", &[]);
    agree(&[&marketing, &support]);
    let shown = support.json(["status"])["hub"].as_str().unwrap().to_owned();
    assert_eq!(shown, without_fingerprint(hub.address()));
}

/// Without the fingerprint, or with a wrong one, nothing is shared: there is no trust on first use.
#[test]
fn without_its_fingerprint_such_a_hub_is_not_believed() {
    let hub = Hub::with(&["--tls-self-signed"]);
    let marketing = Device::founded("marketing");
    let bare = without_fingerprint(hub.address());
    let said = marketing.refused(["share", bare]);
    assert!(said.contains("whom this computer trusts vouches"), "{said}");
    let wrong = format!("{bare}#sha256-{}", "00".repeat(32));
    let said = marketing.refused(["share", &wrong]);
    assert!(said.contains("another certificate than the invitation named"), "{said}");
    let cut = hub.address().trim_end_matches(|c: char| c.is_alphanumeric());
    let said = marketing.refused(["share", cut]);
    assert!(said.contains("fingerprint"), "{said}");
    assert_eq!(marketing.json(["status"])["state"], "local", "the board stays as it is");
}

/// A changed pin stops both devices with a sentence; each goes on when its person says so with the new address.
#[test]
fn a_changed_certificate_is_an_alarm_until_a_person_says_that_it_is_right() {
    let mut hub = Hub::with(&["--tls-self-signed"]);
    let (marketing, support) = (Device::founded("marketing"), Device::new());
    marketing.share_with(&support, hub.address());
    agree(&[&marketing, &support]);
    let before = hub.address().to_owned();
    hub.stop();
    std::fs::remove_file(hub.data().join("hub-tls.pem")).unwrap();
    hub.come_back();
    assert_eq!(without_fingerprint(hub.address()), without_fingerprint(&before));
    assert_ne!(hub.address(), before);
    let card = marketing.add("campaign", "Written meanwhile", &[]);
    for device in [&marketing, &support] {
        let said = device.refused(["sync"]);
        assert!(said.contains("another certificate than the invitation named"), "{said}");
        assert!(said.contains("do not go on unless they say"), "{said}");
    }
    assert_eq!(marketing.json(["status"])["waiting"], 1, "it is kept");
    for device in [&marketing, &support] {
        device.json(["share", hub.address()]);
    }
    agree(&[&marketing, &support]);
    assert_eq!(support.show("campaign", &card)["name"], "Written meanwhile");
    let elsewhere = hub.address().replace("127.0.0.1", "127.0.0.2");
    let said = marketing.refused(["share", &elsewhere]);
    assert!(said.contains("shared through"), "{said}");
}

/// Another hub's certificate cannot be slipped in that way: the board trusts one hub's key.
#[test]
fn another_hub_does_not_become_the_boards_hub_by_its_certificate() {
    let mut hub = Hub::with(&["--tls-self-signed"]);
    let marketing = Device::founded("marketing");
    marketing.json(["share", hub.address()]);
    let at = hub.listens_at();
    hub.stop();
    let impostor = Hub::with_at(&["--tls-self-signed"], &at);
    let said = marketing.refused(["share", impostor.address()]);
    assert!(said.contains("another hub answers there"), "{said}");
}

/// An authority that a computer was told to trust, as a company has one.
struct Authority {
    files: TempDir,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let files = tempfile::tempdir().unwrap();
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        std::fs::write(files.path().join("ca.pem"), params.self_signed(&key).unwrap().pem()).unwrap();
        let issuer = Issuer::new(params, key);
        Self { files, issuer }
    }

    fn file(&self) -> PathBuf {
        self.files.path().join("ca.pem")
    }

    /// A hub with a certificate for this name, valid until the first of January of that year.
    fn hub(&self, name: &str, until: i32) -> Hub {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(until, 1, 1);
        let path = |ending: &str| self.files.path().join(format!("{name}-{until}.{ending}"));
        std::fs::write(path("crt"), params.signed_by(&key, &self.issuer).unwrap().pem()).unwrap();
        std::fs::write(path("key"), key.serialize_pem()).unwrap();
        let text = |path: &Path| path.to_string_lossy().into_owned();
        Hub::with(&["--tls-cert", &text(&path("crt")), "--tls-key", &text(&path("key"))])
    }
}

/// The hub by a name instead of its number.
fn by_name(hub: &Hub) -> String {
    hub.listens_at().replace("127.0.0.1", "localhost")
}

/// Whatever the system trusts is trusted; a date, a name and an issuer that are not right are three sentences.
#[cfg(target_os = "linux")]
#[test]
fn a_certificate_is_judged_as_the_system_judges_it() {
    let authority = Authority::new();
    let good = authority.hub("localhost", 2090);
    let trusting = || Device::founded("marketing").trusting(&authority.file());
    let (marketing, support) = (trusting(), Device::new().trusting(&authority.file()));
    marketing.share_with(&support, &format!("wss://{}", by_name(&good)));
    marketing.add("campaign", "Newsletter", &[]);
    agree(&[&marketing, &support]);

    let expired = authority.hub("localhost", 2021);
    let said = trusting().refused(["share", &format!("wss://{}", by_name(&expired))]);
    assert!(said.contains("it ended 2021-01-01 00:00 UTC"), "{said}");
    let other = authority.hub("hub.example.com", 2090);
    let said = trusting().refused(["share", &format!("wss://{}", by_name(&other))]);
    assert!(said.contains("is for hub.example.com, not for this name"), "{said}");
    let said = Device::founded("marketing").refused(["share", &format!("wss://{}", by_name(&good))]);
    assert!(said.contains("whom this computer trusts vouches"), "{said}");
}

/// `ws://` where the hub speaks TLS, and `wss://` where it does not, are told apart from a hub that is away.
#[test]
fn the_wrong_scheme_is_named() {
    let (encrypted, plain) = (Hub::with(&["--tls-self-signed"]), Hub::start());
    let marketing = Device::founded("marketing");
    let said = marketing.refused(["share", &without_fingerprint(encrypted.address()).replace("wss", "ws")]);
    assert!(said.contains("begins with wss://"), "{said}");
    let said = marketing.refused(["share", &plain.address().replace("ws:", "wss:")]);
    assert!(said.contains("begins with ws://"), "{said}");
}
