//! Running a program under `strace`, through a small script, so that whoever starts it need not know.

use crate::power::trace::{Reader, Recording};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Calls that change a disk, or tell somebody something.
const CALLS: &str = "openat,open,close,write,writev,pwrite64,fsync,fdatasync,ftruncate,lseek,rename,renameat,renameat2,\
                     unlink,unlinkat,sendto,sendmsg";

/// Records what programs do to one directory.
#[derive(Debug)]
pub struct Recorder {
    root: PathBuf,
    start: Vec<(String, Vec<u8>)>,
    scripts: TempDir,
}

impl Recorder {
    /// Of this directory, from how it is now on.
    pub fn new(root: &Path) -> Self {
        std::fs::create_dir_all(root).unwrap();
        let root = root.canonicalize().unwrap();
        let mut start = Vec::new();
        for entry in std::fs::read_dir(&root).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_file() {
                let name = entry.file_name().into_string().unwrap();
                start.push((name, std::fs::read(entry.path()).unwrap()));
            }
        }
        start.sort();
        Self {
            root,
            start,
            scripts: tempfile::tempdir().unwrap(),
        }
    }

    /// A script that stands for this program, and records it.
    pub fn wrap(&self, program: &Path) -> PathBuf {
        self.wrap_planted(program, None)
    }

    /// The same, with one of its planted bugs switched on.
    pub fn wrap_planted(&self, program: &Path, bug: Option<&str>) -> PathBuf {
        let bug = bug.map(|bug| format!("-E SIDEDESK_PLANTED={bug}")).unwrap_or_default();
        let words = format!("-f -y -ttt -xx -s 99999999 --seccomp-bpf {bug} -e trace={CALLS}");
        self.script(program, &words)
    }

    /// The same with words for `strace` of one's own.
    pub fn script(&self, program: &Path, words: &str) -> PathBuf {
        let name = program.file_name().unwrap();
        let path = self.scripts.path().join(name);
        let out = self.scripts.path().display();
        let program = program.display();
        // Names that sort by time: several programs may run one after another.
        let text =
            format!("#!/bin/bash\nexec strace -qq {words} -o \"{out}/$(date +%s%N).trace\" -- '{program}' \"$@\"\n");
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).unwrap();
        path
    }

    /// The recordings so far, oldest first.
    pub fn traces(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.scripts.path()).unwrap();
        let mut traces: Vec<PathBuf> = entries
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "trace"))
            .collect();
        traces.sort();
        traces
    }

    /// The process that the newest recording is of.
    pub fn traced_process(&self) -> Option<u32> {
        let text = std::fs::read_to_string(self.traces().pop()?).ok()?;
        text.split(' ').next()?.parse().ok()
    }

    /// Everything recorded.
    pub fn recording(self) -> Recording {
        let mut reader = Reader::new(&self.root.to_string_lossy(), self.start.clone());
        for trace in self.traces() {
            let text = std::fs::read(&trace).unwrap();
            reader.read(&String::from_utf8_lossy(&text)).unwrap();
        }
        reader.recording()
    }
}
