//! Nothing that anybody wrote is readable at the hub or on the way to it: a word of its own in every field that can be
//! written, then the hub's files, its log at its most talkative, its memory and every captured byte are searched for them.
//!
//! And the search is shown to find: the same words in the devices' own files and memory, and at the hub what is there in
//! the clear (its address, and one word that a device sends unsealed on purpose).

use sidedesk_domain::fields::{FIELDS, FieldSpec, FieldType};
use sidedesk_domain::{Kind, OpId};
use sidedesk_protocol::invite::InviteCode;
use sidedesk_protocol::keys::Keyring;
use sidedesk_protocol::membership::Public;
use sidedesk_store::{Access, Store};
use sidedesk_tests::canary::Canary;
use sidedesk_tests::device::Device;
use sidedesk_tests::hub::Hub;
use sidedesk_tests::process::Running;
use sidedesk_tests::recorder::Recorder;
use sidedesk_tests::wait::until;
use std::fmt::Write as _;
use std::sync::Arc;

/// Rows of an import, enough for a snapshot.
const ROWS: usize = 3000;
/// Less was not looked at properly.
const MEMORY_AT_LEAST: u64 = 5_000_000;

struct Scene {
    hub: Hub,
    recorder: Recorder,
    /// Every word begins with this.
    family: Canary,
    /// What must not be there either: invitations' secrets, and the keys that everything is sealed under.
    secrets: Vec<(String, Canary)>,
    written: Vec<String>,
}

impl Scene {
    /// A word for this place, which nobody but a member may read.
    fn word(&mut self, place: &str) -> String {
        let letters: String = place.chars().filter(char::is_ascii_lowercase).collect();
        let word = self.family.named(&letters);
        self.written.push(word.clone());
        word
    }

    /// A card with a word in every field that takes one.
    fn add(&mut self, device: &Device, kind: Kind, round: &str) -> String {
        let takes = |spec: &&FieldSpec| {
            spec.kind == kind
                && matches!(spec.ty, FieldType::Text | FieldType::LongText | FieldType::Set)
                // The lines about fixes are written by the program, from what stands in `fix`.
                && !["zone", "source", "id", "name", "title", "fixes"].contains(&spec.name)
        };
        let name = self.word(&format!("{round}{}name", kind.name()));
        let mut args = vec![kind.name().to_owned(), "add".into(), name];
        for spec in FIELDS.iter().filter(takes) {
            let word = self.word(&format!("{round}{}{}", kind.name(), spec.name));
            args.push(format!("{}={word}", spec.name));
        }
        device.json(args)["id"].as_str().unwrap().to_owned()
    }

    /// Lets somebody in while a lead is online.
    fn join(&mut self, lead: &Device, code: &str, function: &str) -> Device {
        let secret = InviteCode::from_text(code).unwrap().secret();
        let name = format!("the secret of invitation {}", self.secrets.len());
        self.secrets.push((name, Canary::of_bytes(secret.as_bytes())));
        let newcomer = Device::new();
        let me = self.word("newcomer");
        let watching = lead.watch();
        newcomer.json(["join", code, "--function", function, "--me", &me]);
        assert_eq!(watching.stop(), Some(0));
        newcomer
    }

    /// Nothing of it can be read anywhere outside of the devices.
    fn nothing_is_readable(&self, when: &str) {
        let named = |(name, canary): &(String, Canary)| (name.clone(), canary.clone());
        let family = ("what somebody wrote".to_owned(), self.family.clone());
        let log = self.hub.said().join("\n").into_bytes();
        let (bytes, messages) = (self.recorder.bytes(), self.recorder.messages());
        for (name, canary) in self.secrets.iter().map(named).chain([family]) {
            let files = canary.in_files(self.hub.data());
            assert!(files.is_empty(), "{when}: {name} is in the hub's files: {files:#?}");
            let said = canary.find(&log);
            assert!(said.is_none(), "{when}: {name} is in the hub's log: {said:?}");
            for (way, captured) in [("captured bytes", &bytes), ("captured messages", &messages)] {
                let found = captured.iter().find_map(|part| canary.find(part));
                assert!(found.is_none(), "{when}: {name} is in {way}: {found:?}");
            }
            let (memory, looked_at) = canary.in_memory(self.hub.id());
            assert!(memory.is_empty(), "{when}: {name} is in the hub's memory: {memory:#?}");
            assert!(looked_at > MEMORY_AT_LEAST, "{when}: only {looked_at} bytes of memory");
        }
    }
}

fn imported(scene: &mut Scene) -> String {
    let mut csv = String::from("Id,Subject,Body,Created,Cause,Product,Region,Customer\n");
    let words = [
        "rowid",
        "rowsubject",
        "rowbody",
        "rowcause",
        "rowproduct",
        "rowregion",
        "rowcustomer",
    ];
    let [id, subject, body, cause, product, region, customer] = words.map(|place| scene.word(place));
    for i in 0..ROWS {
        // So that it does not compress.
        let noise = |salt: u8| OpId::of("noise", &[&i.to_le_bytes(), &[salt]]).to_string();
        let noise: String = (0..6).map(noise).collect();
        let (cause, at) = (format!("{cause} {}", i % 7), "2026-11-20 09:00");
        writeln!(
            csv,
            "{id}-{i},{subject} {i},{body} {noise},{at},{cause},{product},{region},{customer}{i}@example.com"
        )
        .unwrap();
    }
    csv
}

/// Everything that the command line can write, on both devices.
fn write_everything(scene: &mut Scene, lead: &Device, support: &Device) {
    let campaign = scene.add(lead, Kind::Campaign, "shared");
    let complaint = scene.add(support, Kind::Complaint, "shared");
    let report = scene.add(support, Kind::Report, "shared");
    for state in ["state=solved", "state=confirmed"] {
        support.json(["complaint", "set", &complaint, state]);
    }
    for (device, kind, id, field) in [
        (lead, "campaign", &campaign, "text"),
        (lead, "campaign", &campaign, "budget"),
        (support, "complaint", &complaint, "notes"),
        (support, "report", &report, "title"),
    ] {
        let word = scene.word(&format!("again{kind}{field}"));
        device.json([kind, "set", id, &format!("{field}={word}")]);
    }
    for device in [lead, support, lead] {
        device.sync();
    }
    for (kind, id) in [("campaign", &campaign), ("complaint", &complaint)] {
        let (text, owner) = (scene.word("decisiontext"), scene.word("decisionowner"));
        lead.json([
            "decide", kind, id, "--word", "decide", "--text", &text, "--owner", &owner,
        ]);
    }
    lead.json(["campaign", "delete", &campaign]);
    lead.json(["undo"]);
    lead.json(["standup", "start"]);
    let file = lead.file("tickets.csv", imported(scene));
    let account = scene.word("account");
    lead.json([
        "import",
        &file,
        "--kind",
        "report",
        "--account",
        &account,
        "--map",
        "Cause=complaint,Product=product,Region=region,Customer=customer",
    ]);
    lead.sync();
    support.sync();
}

fn hears(device: &Device, watching: &Running) {
    let heard = |line: &String| line.contains("Synced");
    until("it is in step", || {
        watching.lines().all().iter().any(heard).then_some(())
    });
    assert!(device.data().exists());
}

#[test]
fn nothing_that_anybody_wrote_is_readable_at_the_hub_or_on_the_way() {
    let hub = Hub::talkative();
    let recorder = Recorder::before(hub.address());
    let mut scene = Scene {
        hub,
        recorder,
        family: Canary::new(),
        secrets: Vec::new(),
        written: Vec::new(),
    };
    let (board, me) = (scene.word("board"), scene.word("lead"));
    let lead = Device::new();
    lead.json([
        "init",
        "--name",
        &board,
        "--function",
        "marketing",
        "--zone",
        "Europe/London",
        "--me",
        &me,
    ]);
    for kind in [Kind::Campaign, Kind::Complaint, Kind::Report] {
        scene.add(&lead, kind, "local");
    }
    let code = lead.json(["share", scene.recorder.address(), "--role", "support-lead"]);
    let support = scene.join(&lead, code["code"].as_str().unwrap(), "support");
    write_everything(&mut scene, &lead, &support);
    scene.nothing_is_readable("with two devices");

    // A partner, by a snapshot; then removed, so that new keys begin.
    let code = lead.json(["invite", "--role", "partner"]);
    let partner = scene.join(&lead, code["code"].as_str().unwrap(), "support");
    let of = |name: &str| std::fs::metadata(scene.hub.data().join(name)).map_or(0, |file| file.len());
    let snapshots = of("snapshots.db") + of("snapshots.db-wal");
    assert!(snapshots > 200_000, "no snapshot: {snapshots} bytes");
    partner.sync();
    let members = lead.json(["members"]);
    let members = members.as_array().unwrap();
    let gone = members.iter().find(|member| member["role"] == "partner").unwrap();
    lead.json(["remove", gone["id"].as_str().unwrap()]);
    scene.add(&lead, Kind::Campaign, "after");

    // While both are online and hear of each other.
    let (one, other) = (lead.watch(), support.watch());
    hears(&lead, &one);
    scene.nothing_is_readable("while both are online");
    the_search_finds(&scene, &lead, &[&one, &other]);
    assert_eq!((one.stop(), other.stop()), (Some(0), Some(0)));

    keys_of(&mut scene, &lead);
    scene.nothing_is_readable("at the end");
    unsealed_words_are_found(&scene, &support);
}

/// The same search, where the words are.
fn the_search_finds(scene: &Scene, lead: &Device, watching: &[&Running]) {
    let view = std::fs::read(lead.data().join("view.db")).unwrap();
    let behind = std::fs::read(lead.data().join("view.db-wal")).unwrap_or_default();
    assert!(
        scene.family.find(&[view, behind].concat()).is_some(),
        "not even in the view"
    );
    let found = watching
        .iter()
        .any(|process| !scene.family.in_memory(process.id()).0.is_empty());
    assert!(found, "not even in a device's memory");
    // Every one of them was written, but for references of customers, of which a board keeps a hash.
    let is_missing = |word: &&String| Canary::of(word).in_files(&lead.data()).is_empty();
    let missing: Vec<&String> = scene.written.iter().filter(is_missing).collect();
    assert!(missing.iter().all(|word| word.ends_with("customer")), "{missing:?}");
    let address = Canary::of(scene.recorder.address().trim_start_matches("ws://"));
    assert!(
        !address.in_files(scene.hub.data()).is_empty(),
        "the hub's files were not searched"
    );
    let log = scene.hub.said();
    assert!(log.len() > 100, "the log says little: {log:#?}");
    let messages = scene.recorder.messages();
    assert!(
        messages.iter().any(|part| address.find(part).is_some()),
        "nothing was captured"
    );
}

/// Every key that anything was sealed under.
fn keys_of(scene: &mut Scene, lead: &Device) {
    let read = async {
        let store = Store::open(&lead.data(), Access::Write, Arc::new(|| 0)).await.unwrap();
        let mut keyring = Keyring::default();
        for entry in store.entries_after(0, 100_000, usize::MAX).await.unwrap() {
            let header = entry.op.parse().unwrap();
            if let Some(public) = Public::read(header.kind, &entry.op).unwrap() {
                keyring.open_wraps(&store.secret(), public.wraps()).unwrap();
            }
        }
        let secret = store.secret().to_bytes();
        store.close().await.unwrap();
        (keyring, secret)
    };
    let (keyring, secret) = tokio::runtime::Runtime::new().unwrap().block_on(read);
    let keys: Vec<_> = keyring.iter().collect();
    assert_eq!(keys.len(), 4, "two spaces, two epochs");
    for (space, epoch, key) in keys {
        scene
            .secrets
            .push((format!("the key of {space:?} in epoch {epoch}"), Canary::of_bytes(key)));
    }
    scene
        .secrets
        .push(("a device's secret".into(), Canary::of_bytes(&secret)));
}

/// A word that a device sends in the clear is found on the way and in the hub's memory: so would any other be.
fn unsealed_words_are_found(scene: &Scene, device: &Device) {
    let control = Canary::new();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let _inside = runtime.enter();
    let store = runtime.block_on(Store::open(&device.data(), Access::Write, Arc::new(|| 0)));
    let store = store.unwrap();
    let address = store.identity().hub.unwrap();
    let sync = sidedesk_sync::start(store.clone(), sidedesk_sync::SyncConfig { address });
    sync.presence(control.word.clone().into_bytes());
    until("it is found on the way", || {
        let messages = scene.recorder.messages();
        messages.iter().any(|part| control.find(part).is_some()).then_some(())
    });
    until("it is found in the hub's memory", || {
        (!control.in_memory(scene.hub.id()).0.is_empty()).then_some(())
    });
    let masked = scene.recorder.bytes().iter().any(|part| control.find(part).is_some());
    assert!(!masked, "a mask is a mask: the messages have to be searched");
    runtime.block_on(async {
        sync.close().await;
        store.close().await.unwrap();
    });
}
