//! The disk at a moment of a recording, as a power cut may have left it.
//!
//! What a flush covered is there. Of the rest nothing is certain: each 512-byte sector may hold any of the contents it
//! was given since, or the old one, whatever its neighbours hold; a file's length may be any that it had; a name is sure
//! only when its directory was flushed, a new file's name also when the file was. Shared memory (`-shm`) is gone.

use crate::crash::dice::Dice;
use crate::power::trace::{FileId, Recording, Step};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What a disk writes whole or not at all.
const SECTOR: usize = 512;

/// What becomes of what was not flushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// All of it is gone.
    Dropped,
    /// All of it is there: the program was killed, not the power.
    Kept,
    /// Chance decides for every sector, from this seed.
    Torn(u64),
}

/// Files by name.
pub type Image = BTreeMap<String, Vec<u8>>;

/// The disk after the first `upto` steps. `lying`: flushes of write-ahead logs did nothing, as without a full flush at
/// every commit. The second value says whether anything was missing.
pub fn image(recording: &Recording, upto: usize, loss: Loss, lying: bool) -> (Image, bool) {
    let mut dice = Dice::new(match loss {
        Loss::Torn(seed) => seed,
        _ => 0,
    });
    let steps = &recording.steps[..upto];
    let flushed = Flushed::of(recording, steps, lying);
    let (names, mut lossy) = flushed.names(recording, steps, loss, &mut dice);
    let mut image = Image::new();
    for (name, file) in names {
        if name.ends_with("-shm") {
            continue;
        }
        let (content, lost) = content(recording, steps, file, flushed.file(file), loss, &mut dice);
        lossy |= lost;
        image.insert(name, content);
    }
    (image, lossy)
}

/// Writes it into an empty directory.
pub fn write(image: &Image, dir: &Path) {
    for (name, content) in image {
        let path = dir.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
}

/// Up to which step each file and each directory is safe.
struct Flushed {
    files: BTreeMap<FileId, usize>,
    dirs: BTreeMap<String, usize>,
    /// Named once, and flushed under that name: the name is safe.
    born: BTreeSet<FileId>,
}

impl Flushed {
    fn of(recording: &Recording, steps: &[Step], lying: bool) -> Self {
        let mut wals = BTreeSet::new();
        let given = recording.start.iter().enumerate().map(|(file, (name, _))| (name, file));
        let created = steps.iter().filter_map(|step| match step {
            Step::Create(name, file) => Some((name, *file)),
            _ => None,
        });
        wals.extend(
            given
                .chain(created)
                .filter(|(name, _)| name.ends_with("-wal"))
                .map(|(_, file)| file),
        );
        let mut flushed = Self {
            files: BTreeMap::new(),
            dirs: BTreeMap::new(),
            born: BTreeSet::new(),
        };
        for step in steps {
            match step {
                Step::SyncFile(file, _) if lying && wals.contains(file) => {}
                Step::SyncFile(file, began) => {
                    flushed.files.insert(*file, *began);
                    flushed.born.insert(*file);
                }
                Step::SyncDir(path, began) => {
                    flushed.dirs.insert(path.clone(), *began);
                }
                _ => {}
            }
        }
        flushed
    }

    fn file(&self, file: FileId) -> usize {
        self.files.get(&file).copied().unwrap_or(0)
    }

    fn dir_of(&self, name: &str) -> usize {
        let parent = name.rsplit_once('/').map_or("", |(parent, _)| parent);
        self.dirs.get(parent).copied().unwrap_or(0)
    }

    /// Which names there are. What is not safe happened up to some moment, in order.
    fn names(
        &self,
        recording: &Recording,
        steps: &[Step],
        loss: Loss,
        dice: &mut Dice,
    ) -> (BTreeMap<String, FileId>, bool) {
        let mut names: BTreeMap<String, FileId> = BTreeMap::new();
        names.extend(
            recording
                .start
                .iter()
                .enumerate()
                .map(|(file, (name, _))| (name.clone(), file)),
        );
        let until = match loss {
            Loss::Dropped => 0,
            Loss::Kept => steps.len(),
            Loss::Torn(_) if dice.below(2) == 0 => steps.len(),
            Loss::Torn(_) => usize::try_from(dice.below(steps.len() as u64 + 1)).unwrap(),
        };
        let mut lossy = false;
        for (i, step) in steps.iter().enumerate() {
            let safe = match step {
                Step::Create(name, file) => self.born.contains(file) || i < self.dir_of(name),
                Step::Unlink(name) => i < self.dir_of(name),
                Step::Rename(_, to) => i < self.dir_of(to),
                _ => continue,
            };
            if !safe && i >= until {
                lossy = true;
                continue;
            }
            match step {
                Step::Create(name, file) => {
                    names.insert(name.clone(), *file);
                }
                Step::Unlink(name) => {
                    names.remove(name);
                }
                Step::Rename(from, to) => {
                    if let Some(file) = names.remove(from) {
                        names.insert(to.clone(), file);
                    }
                }
                _ => {}
            }
        }
        (names, lossy)
    }
}

fn apply(content: &mut Vec<u8>, step: &Step) {
    match step {
        Step::Truncate(_, len) => content.resize(usize::try_from(*len).unwrap(), 0),
        Step::Write(_, at, data) => {
            let at = usize::try_from(*at).unwrap();
            if content.len() < at + data.len() {
                content.resize(at + data.len(), 0);
            }
            content[at..at + data.len()].copy_from_slice(data);
        }
        _ => {}
    }
}

fn content(
    recording: &Recording,
    steps: &[Step],
    file: FileId,
    safe_until: usize,
    loss: Loss,
    dice: &mut Dice,
) -> (Vec<u8>, bool) {
    let mut now = recording
        .start
        .get(file)
        .map(|(_, content)| content.clone())
        .unwrap_or_default();
    let of_file = |step: &Step| matches!(step, Step::Write(of, ..) | Step::Truncate(of, _) if *of == file);
    let mut unsafe_steps = Vec::new();
    for (i, step) in steps.iter().enumerate().filter(|(_, step)| of_file(step)) {
        if i < safe_until || loss == Loss::Kept {
            apply(&mut now, step);
        } else {
            unsafe_steps.push(step);
        }
    }
    let Loss::Torn(_) = loss else {
        return (now, !unsafe_steps.is_empty());
    };
    if unsafe_steps.is_empty() {
        return (now, false);
    }
    torn(now, &unsafe_steps, dice)
}

/// Every sector that was touched is as it was after some number of these steps, and the length too.
fn torn(mut now: Vec<u8>, steps: &[&Step], dice: &mut Dice) -> (Vec<u8>, bool) {
    let mut longest = now.len();
    let mut touched = BTreeSet::new();
    for step in steps {
        if let Step::Write(_, at, data) = step {
            let at = usize::try_from(*at).unwrap();
            longest = longest.max(at + data.len());
            touched.extend(at / SECTOR..(at + data.len()).div_ceil(SECTOR));
        }
    }
    let any = |dice: &mut Dice| usize::try_from(dice.below(steps.len() as u64 + 1)).unwrap();
    // A storm in which everything is uncertain, or one in which most is done.
    let wild = dice.below(2) == 0;
    let version_of = |dice: &mut Dice| {
        if wild || dice.below(4) == 0 {
            any(dice)
        } else {
            steps.len()
        }
    };
    let mut by_version: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for sector in touched {
        by_version.entry(version_of(dice)).or_default().push(sector);
    }
    let length_version = version_of(dice);
    let mut out = now.clone();
    out.resize(longest, 0);
    let mut length = now.len();
    for version in 0..=steps.len() {
        if version > 0 {
            apply(&mut now, steps[version - 1]);
        }
        for sector in by_version.get(&version).into_iter().flatten() {
            let range = sector * SECTOR..((sector + 1) * SECTOR).min(longest);
            let held = &now[range.start.min(now.len())..range.end.min(now.len())];
            out[range.clone()].fill(0);
            out[range.start..range.start + held.len()].copy_from_slice(held);
        }
        if version == length_version {
            length = now.len();
        }
    }
    out.truncate(length);
    let lossy = out != now;
    (out, lossy)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recording() -> Recording {
        let steps = vec![
            Step::Create("a".into(), 0),
            Step::Write(0, 0, vec![1; 1024]),
            Step::SyncFile(0, 2),
            Step::Write(0, 0, vec![2; 1024]),
            Step::Rename("a".into(), "b".into()),
            Step::SyncDir(String::new(), 5),
        ];
        let times = vec![0; steps.len()];
        Recording {
            start: Vec::new(),
            steps,
            times,
        }
    }

    #[test]
    fn what_was_flushed_is_there_and_nothing_else_is_sure() {
        let recording = recording();
        let of = |upto, loss| image(&recording, upto, loss, false).0;
        let file = |name: &str, byte| Image::from([(name.to_owned(), vec![byte; 1024])]);
        assert_eq!(of(2, Loss::Dropped), Image::new());
        assert_eq!(of(2, Loss::Kept), file("a", 1));
        assert_eq!(of(5, Loss::Dropped), file("a", 1));
        assert_eq!(of(5, Loss::Kept), file("b", 2));
        assert_eq!(of(6, Loss::Dropped), file("b", 1));
        let mut seen = BTreeSet::new();
        for seed in 0..200 {
            let image = of(6, Loss::Torn(seed));
            seen.insert((image["b"][0], image["b"][600]));
            assert!(
                image["b"][..512].iter().all(|byte| *byte == image["b"][0]),
                "a sector is whole"
            );
        }
        assert_eq!(seen.len(), 4, "each sector for itself: {seen:?}");
    }
}
