//! A board of its own: founded, filled by hand and from a file, its view deleted and folded again, all of it recorded;
//! and what every image of its disk must still hold.

use crate::crash::Plant;
use crate::crash::dice::Dice;
use crate::crash::ledger::Ledger;
use crate::crash::writer::Writer;
use crate::device::Device;
use crate::power::Stats;
use crate::power::disk::{self, Loss};
use crate::power::record::Recorder;
use crate::power::trace::{Recording, Step};
use crate::process::{program, run};
use crate::rows::tickets;
use sidedesk_domain::fields::{campaign, report};
use sidedesk_store::{Access, Founder, Keys, Store};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use tempfile::TempDir;

/// More than any of these boards holds.
const ALL: usize = 1_000_000;
/// Failures told of one run: the first is what matters.
const ENOUGH: usize = 5;

/// How long a story, and how many images of it.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Commits by hand in each of two sittings.
    pub commits: usize,
    /// Rows of the import between them.
    pub rows: usize,
    /// Images.
    pub images: usize,
    /// Chooses them.
    pub seed: u64,
    /// A bug on purpose in the writer.
    pub plant: Option<Plant>,
    /// The disk forgets what was flushed to a write-ahead log.
    pub lying: bool,
}

/// What somebody was promised in a story: the paper beside the program.
#[derive(Debug, Clone, Default)]
pub struct Promised {
    /// Names and imports, all that were ever asked for.
    pub asked: Ledger,
}

/// Records the story; the word switches on a bug of a writer that was built with bugs.
pub fn story(writer: &Path, plan: &Plan, planted: Option<&str>) -> (Recording, Promised) {
    let mut device = Device::new();
    let recorder = Recorder::new(&device.data());
    device.run_by(&recorder.wrap(&program("sidedesk")));
    let writer = recorder.wrap_planted(writer, planted);
    let mut ledger = Ledger::default();
    device.json(["init", "--name", "Board", "--function", "marketing"]);
    sitting(&writer, &device, "a", plan, &mut ledger);
    let csv = device.file("i.csv", tickets("i", plan.rows, |_| "2026-11-01".into()));
    device.json(["import", &csv]);
    let removing = run(Command::new(recorder.wrap(Path::new("/bin/rm"))).arg(device.data().join("view.db")));
    assert_eq!(removing.code, Some(0), "{removing:?}");
    sitting(&writer, &device, "b", plan, &mut ledger);
    let mut asked = ledger;
    asked.acknowledged.clear();
    asked.imports.insert("i".into(), plan.rows);
    (recorder.recording(), Promised { asked })
}

fn sitting(writer: &Path, device: &Device, prefix: &str, plan: &Plan, ledger: &mut Ledger) {
    let mut writer = Writer::start(writer, device, prefix, plan.plant);
    writer.commit(ledger, 0, plan.commits);
    writer.says("done");
    writer.quit(ledger).unwrap();
}

impl Promised {
    /// What had been said after the first `upto` steps.
    pub fn by(&self, recording: &Recording, upto: usize) -> Ledger {
        let mut ledger = self.asked.clone();
        for step in &recording.steps[..upto] {
            let Step::Said(text) = step else { continue };
            for line in text.lines() {
                if let Some(name) = line.strip_prefix("ack ") {
                    ledger.acknowledged.insert(name.to_owned());
                } else if line.contains("\"new\":") {
                    ledger.imported.insert("i".into());
                }
            }
        }
        ledger
    }
}

/// Moments of a recording to look at, and what is lost there: right behind something that was said, right before a flush,
/// or anywhere.
pub fn moments(recording: &Recording, count: usize, seed: u64) -> Vec<(usize, Loss)> {
    let mut dice = Dice::new(seed);
    let said = |step: &Step| matches!(step, Step::Said(_) | Step::Sent(..));
    let sync = |step: &Step| matches!(step, Step::SyncFile(..) | Step::SyncDir(..));
    let all = || 1..=recording.steps.len();
    let behind: Vec<usize> = all().filter(|upto| said(&recording.steps[upto - 1])).collect();
    let before: Vec<usize> = all()
        .filter(|upto| recording.steps.get(*upto).is_some_and(sync))
        .collect();
    let below = |dice: &mut Dice, end: usize| usize::try_from(dice.below(end as u64)).unwrap();
    let moment = |i: usize| {
        let upto = match i % 3 {
            0 if !behind.is_empty() => behind[below(&mut dice, behind.len())],
            1 if !before.is_empty() => before[below(&mut dice, before.len())],
            _ => 1 + below(&mut dice, recording.steps.len()),
        };
        let loss = match i % 7 {
            0 | 3 => Loss::Dropped,
            1 => Loss::Kept,
            _ => Loss::Torn(dice.below(u64::MAX)),
        };
        (upto, loss)
    };
    (0..count).map(moment).collect()
}

/// Records the story, rebuilds the disk as often as planned, and opens every one.
pub fn bench(writer: &Path, plan: &Plan) -> Result<Stats, String> {
    bench_as(writer, plan, None)
}

/// The same with a bug switched on in a writer that was built with bugs.
pub fn bench_as(writer: &Path, plan: &Plan, planted: Option<&str>) -> Result<Stats, String> {
    let (recording, promised) = story(writer, plan, planted);
    let founded = recording.steps.iter().position(|step| matches!(step, Step::Said(_)));
    let founded = founded.ok_or("nothing was said")?;
    let stats = Mutex::new(Stats {
        steps: recording.steps.len(),
        syncs: syncs(&recording),
        ..Stats::default()
    });
    let failures = Mutex::new(Vec::new());
    let moments = moments(&recording, plan.images, plan.seed);
    let next = AtomicUsize::new(0);
    let look = || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        while let Some((upto, loss)) = moments.get(next.fetch_add(1, Ordering::Relaxed)).copied() {
            let (image, lossy) = disk::image(&recording, upto, loss, plan.lying);
            let dir = fast_dir();
            disk::write(&image, dir.path());
            let ledger = promised.by(&recording, upto);
            let whole = runtime.block_on(check(dir.path(), &ledger, upto > founded));
            if let Err(error) = whole {
                let mut failures = failures.lock().unwrap();
                failures.push(format!("after step {upto}, {loss:?}: {error}"));
                if failures.len() >= ENOUGH {
                    return;
                }
            }
            let mut stats = stats.lock().unwrap();
            stats.images += 1;
            stats.promises += ledger.acknowledged.len() + ledger.imported.len();
            stats.lossy += usize::from(lossy);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(look);
        }
    });
    let failures = failures.into_inner().unwrap();
    let stats = stats.into_inner().unwrap();
    if failures.is_empty() {
        Ok(stats)
    } else {
        Err(failures.join("\n"))
    }
}

/// Flushes of a recording.
pub fn syncs(recording: &Recording) -> usize {
    let sync = |step: &&Step| matches!(step, Step::SyncFile(..) | Step::SyncDir(..));
    recording.steps.iter().filter(sync).count()
}

/// Nothing there is meant to survive: memory will do, where there is such a place.
pub fn fast_dir() -> TempDir {
    tempfile::tempdir_in("/dev/shm").unwrap_or_else(|_| tempfile::tempdir().unwrap())
}

/// Opens a board and compares it with what was promised.
pub async fn check(dir: &Path, ledger: &Ledger, founded: bool) -> Result<(), String> {
    if !Store::exists(dir) {
        if founded || !ledger.acknowledged.is_empty() {
            return Err("there is no board any more".into());
        }
        return Founder::found(
            dir,
            sidedesk_domain::membership::Role::Lead,
            1_795_000_000_000,
            &Keys::file(),
        )
        .await
        .map_err(|error| format!("founding again: {error}"));
    }
    let said = |error: sidedesk_store::Error| format!("opening: {error}");
    let store = Store::open(dir, Access::Write, Arc::new(|| 1_795_000_000_000))
        .await
        .map_err(said)?;
    let notices = store.notices().to_vec();
    let verified = store.verify().await.map_err(said)?;
    let (names, reports) = content(&store).await;
    store.close().await.map_err(said)?;
    if !notices.is_empty() {
        return Err(format!("it says {notices:?}"));
    }
    if !verified.problems.is_empty() {
        return Err(format!("{:?}", verified.problems));
    }
    ledger.check(&names, &reports)
}

/// Names of campaigns, and source ids of reports.
pub async fn content(store: &Store) -> (Vec<String>, Vec<String>) {
    let text = |state: &sidedesk_domain::RecordState, field| state.get(field).as_text().unwrap_or("").to_owned();
    let campaigns = store.campaigns(ALL).await.unwrap();
    let reports = store.reports_after(None, ALL).await.unwrap();
    (
        campaigns.iter().map(|card| text(&card.state, campaign::NAME)).collect(),
        reports
            .iter()
            .map(|card| text(&card.state, report::SOURCE_ID))
            .collect(),
    )
}
