//! No room: what was acknowledged is there, what was refused is not, and afterwards everything works again.
//!
//! The small disk is a tmpfs in a mount namespace of its own, so one shell does the whole story. Where the system does
//! not allow that, a limit on the size of files stands in for it.

use crate::two_devices::pair;
use sidedesk_tests::device::Device;
use sidedesk_tests::hub::Hub;
use sidedesk_tests::process::{Ended, program, run};
use std::process::Command;

fn shell(device: &Device, script: &str, namespace: bool) -> Ended {
    let mut command = if namespace {
        Command::new("unshare")
    } else {
        Command::new("bash")
    };
    if namespace {
        command.args(["--user", "--map-root-user", "--mount", "bash"]);
    }
    command.args(["-c", script]);
    command
        .env("SIDEDESK_KEYS", "file")
        .env("BOARD", device.data())
        .env("SIDEDESK", program("sidedesk"));
    run(&mut command)
}

fn may_mount(device: &Device) -> bool {
    shell(
        device,
        "mkdir -p \"$BOARD.disk\" && mount -t tmpfs tmpfs \"$BOARD.disk\"",
        true,
    )
    .code
        == Some(0)
}

/// Fills the disk while adding, then makes room: prints the names that were acknowledged, `--`, those that were
/// refused with their sentences, `--`, and what the board holds in the end.
const STORY: &str = r#"
set -u
disk="$BOARD.disk"; mkdir -p "$disk" && mount -t tmpfs -o size=3m tmpfs "$disk" || exit 9
cp -r "$BOARD" "$disk/board"
s() { "$SIDEDESK" --data "$disk/board" --json "$@"; }
dd if=/dev/zero of="$disk/filler" bs=4k 2>/dev/null
# A little room, eaten up by commits.
truncate -s -500k "$disk/filler"
acked=(); refused=()
for i in $(seq 1 60); do
    if s campaign add "n$i" text="$(head -c 9000 /dev/urandom | base64 -w0)" >/dev/null 2>"$BOARD.err"; then acked+=("n$i")
    else refused+=("n$i: exit $?: $(tail -1 "$BOARD.err")"); fi
    [ ${#refused[@]} -ge 3 ] && break
done
s import "$CSV" >/dev/null 2>"$BOARD.err" || refused+=("import: exit $?: $(tail -1 "$BOARD.err")")
rm "$disk/filler"
s campaign add after >/dev/null && acked+=(after)
printf '%s\n' "${acked[@]}" -- "${refused[@]}" --
s verify; s campaign list; s search Parcel
"#;

#[test]
fn a_full_disk_refuses_and_loses_nothing() {
    let device = Device::founded("marketing");
    if !may_mount(&device) {
        println!("no mount namespaces here: left to the other test");
        return;
    }
    let csv = device.file(
        "big.csv",
        sidedesk_tests::rows::tickets("b", 2000, |_| "2026-11-01".into()),
    );
    let ended = shell(&device, &format!("CSV='{csv}'\n{STORY}"), true);
    let parts: Vec<&str> = ended.stdout.split("--\n").collect();
    let [acked, refused, board] = parts.as_slice() else {
        panic!("{ended:?}")
    };
    let acked: Vec<&str> = acked.lines().collect();
    assert!(acked.contains(&"after"), "{ended:?}");
    assert_eq!(refused.lines().count(), 4, "{refused}");
    for line in refused.lines() {
        assert!(line.contains("exit 1: not saved: disk full"), "{line}");
    }
    let documents: Vec<serde_json::Value> = board.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [verified, campaigns, found] = documents.as_slice() else {
        panic!("{board}")
    };
    assert_eq!(verified["ok"], true, "{verified}");
    let mut held: Vec<&str> = campaigns
        .as_array()
        .unwrap()
        .iter()
        .map(|card| card["name"].as_str().unwrap())
        .collect();
    let mut expected = acked.clone();
    held.sort_unstable();
    expected.sort_unstable();
    assert_eq!(held, expected, "exactly what was acknowledged");
    assert_eq!(found, &serde_json::json!([]), "nothing of the refused import");
}

/// A limit on the size of files, as quotas set it: another error of the system, the same promise.
#[test]
fn a_file_that_may_not_grow_refuses_and_loses_nothing() {
    let device = Device::founded("marketing");
    let csv = device.file(
        "big.csv",
        sidedesk_tests::rows::tickets("b", 4000, |_| "2026-11-01".into()),
    );
    let before = device.verified();
    let script = format!(r#"trap '' XFSZ; ulimit -f 90; exec "$SIDEDESK" --data "$BOARD" --json import '{csv}'"#);
    let ended = shell(&device, &script, false);
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""), "{}", ended.stderr);
    let sentence = "not saved: the disk did not take it; it may be full, over its quota, or failing";
    assert!(ended.stderr.starts_with(sentence), "{}", ended.stderr);
    assert_eq!(device.verified(), before);
    device.add("campaign", "after", &[]);
    assert_eq!(device.json(["import", &csv])["new"], 4000);
    device.verified();
}

/// A device that stays online while its disk is full, and the other one goes on: it says so once, keeps what it has, and
/// goes on by itself when there is room. With no room at all it is still a board that can be read, or says why not.
const ONLINE: &str = r#"
set -u
disk="$BOARD.disk"; mkdir -p "$disk" && mount -t tmpfs -o size=6m tmpfs "$disk" || exit 9
cp -r "$BOARD" "$disk/board"
s() { "$SIDEDESK" --data "$disk/board" --json "$@"; }
s campaign add waits-here >/dev/null
"$SIDEDESK" --data "$disk/board" sync --watch 2>"$BOARD.said" & watching=$!
trap 'kill -9 $watching 2>/dev/null' EXIT
wait_for() { for _ in $(seq 1200); do "$@" && return; sleep 0.05; done; cat "$BOARD.said" >&2; exit 7; }
wait_for grep -q Synced "$BOARD.said"
dd if=/dev/zero of="$disk/filler" bs=1k 2>/dev/null
"$SIDEDESK" --data "$OTHER" --json import "$CSV" >/dev/null && "$SIDEDESK" --data "$OTHER" --json sync >/dev/null || exit 8
wait_for grep -q "disk full\|did not take it" "$BOARD.said"
sleep 5
grep -cv ERROR "$BOARD.said"; echo --
lines=$(wc -l <"$BOARD.said")
rm "$disk/filler"
again() { tail -n +$((lines + 1)) "$BOARD.said" | grep -q Synced; }
wait_for again
kill -TERM $watching; wait $watching; echo "ended $?"; echo --
dd if=/dev/zero of="$disk/filler" bs=1k 2>/dev/null
s campaign list >"$BOARD.list" 2>"$BOARD.err"; echo "list $? $(head -1 "$BOARD.err")"
s campaign add no-room >/dev/null 2>"$BOARD.err"; echo "add $? $(head -1 "$BOARD.err")"
rm "$disk/filler"; echo --
s sync >/dev/null; s verify; "$SIDEDESK" --data "$OTHER" --json sync >/dev/null; "$SIDEDESK" --data "$OTHER" --json verify
cat "$BOARD.said" >&2
"#;

#[test]
fn a_full_disk_while_online_is_said_once_and_over_by_itself() {
    let hub = Hub::start();
    let (device, other) = pair(&hub);
    if !may_mount(&device) {
        println!("no mount namespaces here: left to the other test");
        return;
    }
    let csv = device.file(
        "big.csv",
        sidedesk_tests::rows::tickets("b", 3000, |_| "2026-11-01".into()),
    );
    let script = format!("OTHER='{}'\nCSV='{csv}'\n{ONLINE}", other.data().display());
    let ended = shell(&device, &script, true);
    let parts: Vec<&str> = ended.stdout.split("--\n").collect();
    let [lines, watching, refused, verified] = parts.as_slice() else {
        panic!("{ended:?}")
    };
    // Connecting, synced, what changed and the problem: nothing that turns round and round.
    assert!(lines.trim().parse::<usize>().unwrap() <= 8, "{ended:?}");
    // How much waits beside it may change.
    let said = ended.stderr.lines().filter(|line| line.starts_with("Problem:"));
    let problems: std::collections::BTreeSet<&str> = said.filter_map(|line| line.split(" · ").next()).collect();
    assert_eq!(problems.len(), 1, "{}", ended.stderr);
    assert_eq!(watching.trim(), "ended 0", "{ended:?}");
    let full =
        |line: &str| line.contains("not saved: disk full") || line.contains("not saved: the disk did not take it");
    for line in refused.lines() {
        assert!(line.starts_with("list 0") || full(line), "{line}");
    }
    assert!(refused.contains("add 1"), "{refused}");
    let documents: Vec<serde_json::Value> = verified
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let [here, there] = documents.as_slice() else {
        panic!("{verified}")
    };
    assert_eq!((&here["ok"], &there["ok"]), (&true.into(), &true.into()), "{verified}");
    assert_eq!(
        (&here["head"], &here["view_digest"]),
        (&there["head"], &there["view_digest"]),
        "{verified}"
    );
}

/// A hub whose disk is full takes nothing, and takes it all once there is room, in the same process.
const HUB: &str = r#"
set -u
disk="$BOARD.disk"; mkdir -p "$disk" && mount -t tmpfs -o size=6m tmpfs "$disk" || exit 9
"$HUB" serve --data "$disk/hub" --listen 127.0.0.1:0 >"$BOARD.hub" 2>"$BOARD.log" & hub=$!
trap 'kill -9 $hub 2>/dev/null' EXIT
for _ in $(seq 600); do grep -q 'listening on ' "$BOARD.hub" "$BOARD.log" && break; sleep 0.05; done
address=$(cat "$BOARD.hub" "$BOARD.log" | grep -o '127.0.0.1:[0-9]*' | head -1)
s() { "$SIDEDESK" --data "$BOARD" --json "$@"; }
s share "ws://$address" >/dev/null || exit 8
dd if=/dev/zero of="$disk/filler" bs=1k 2>/dev/null
for i in $(seq 1 6); do s campaign add "n$i" text="$(head -c 9000 /dev/urandom | base64 -w0)" >/dev/null || exit 7; done
s sync --wait 5 >"$BOARD.out" 2>"$BOARD.err"; echo "$? $(head -1 "$BOARD.err")"; echo --
rm "$disk/filler"
s sync --wait 30; s verify
cat "$BOARD.log" >&2
"#;

#[test]
fn a_hub_whose_disk_was_full_goes_on_by_itself() {
    let device = Device::founded("marketing");
    if !may_mount(&device) {
        println!("no mount namespaces here: left to the hub's own test");
        return;
    }
    let script = format!("HUB='{}'\n{HUB}", program("sidedesk-hub").display());
    let ended = shell(&device, &script, true);
    let parts: Vec<&str> = ended.stdout.split("--\n").collect();
    let [full, after] = parts.as_slice() else {
        panic!("{ended:?}")
    };
    assert!(
        full.starts_with("1 ") && full.contains("takes nothing now: the hub cannot store anything now"),
        "{ended:?}"
    );
    let documents: Vec<serde_json::Value> = after.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [status, verified] = documents.as_slice() else {
        panic!("{ended:?}")
    };
    assert_eq!(
        (&status["state"], &status["waiting"]),
        (&"synced".into(), &0.into()),
        "{status}"
    );
    assert_eq!(verified["ok"], true, "{verified}");
}
