//! Reading a recording: lines of `strace -f -y -ttt -xx` into steps on the files of one directory.
//!
//! A call that was interrupted by another thread's stands on two lines. What it says is over (a write, a flush) counts
//! from the second one; what others could act on (bytes sent, a line printed) counts from the first.

use std::collections::BTreeMap;

/// A file, whatever its name is at the moment.
pub type FileId = usize;

/// Something that happened to the directory, or was said to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Bytes into a file.
    Write(FileId, u64, Vec<u8>),
    /// A file is this long now.
    Truncate(FileId, u64),
    /// A name for a new file.
    Create(String, FileId),
    /// A name is gone.
    Unlink(String),
    /// A name moved, over another perhaps.
    Rename(String, String),
    /// A file was flushed; steps before the second number were done when that began.
    SyncFile(FileId, usize),
    /// A directory was flushed (its path from the root, empty for the root itself), with the same number.
    SyncDir(String, usize),
    /// A line, or several, on stdout.
    Said(String),
    /// Bytes into a socket.
    Sent(String, Vec<u8>),
}

/// Steps of one or more processes on one directory.
#[derive(Debug, Default)]
pub struct Recording {
    /// What lay there before: name, content.
    pub start: Vec<(String, Vec<u8>)>,
    /// What happened.
    pub steps: Vec<Step>,
    /// When, in microseconds since 1970.
    pub times: Vec<u64>,
}

/// Reads recordings one after another.
pub struct Reader {
    /// Absolute, with a slash at its end.
    root: String,
    recording: Recording,
    names: BTreeMap<String, FileId>,
    sizes: Vec<u64>,
    open: BTreeMap<i64, Open>,
    /// By thread: the beginning of a call, and what was found out when it began.
    unfinished: BTreeMap<String, (String, Begun)>,
}

#[derive(Debug, Clone)]
enum Open {
    File { file: FileId, at: u64, append: bool },
    Dir(String),
}

/// What is true when a call begins.
#[derive(Debug, Clone)]
struct Begun {
    steps: usize,
    target: Option<(i64, Open)>,
}

impl Reader {
    /// For this directory, as it is now.
    pub fn new(root: &str, start: Vec<(String, Vec<u8>)>) -> Self {
        let names = start.iter().enumerate().map(|(file, (name, _))| (name.clone(), file));
        Self {
            root: format!("{}/", root.trim_end_matches('/')),
            names: names.collect(),
            sizes: start.iter().map(|(_, content)| content.len() as u64).collect(),
            recording: Recording {
                start,
                ..Recording::default()
            },
            open: BTreeMap::new(),
            unfinished: BTreeMap::new(),
        }
    }

    /// Everything read.
    pub fn recording(self) -> Recording {
        self.recording
    }

    /// The recording of one process.
    pub fn read(&mut self, text: &str) -> Result<(), String> {
        self.open.clear();
        self.unfinished.clear();
        for line in text.lines() {
            self.line(line).ok_or_else(|| {
                let begin: String = line.chars().take(200).collect();
                let end: String = line.chars().skip(200.max(line.len().saturating_sub(60))).collect();
                format!("not understood: {begin} … {end}")
            })?;
        }
        Ok(())
    }

    fn line(&mut self, line: &str) -> Option<()> {
        let (thread, rest) = line.split_once(' ')?;
        let (time, rest) = rest.trim_start().split_once(' ')?;
        let (seconds, micros) = time.split_once('.')?;
        let time = seconds.parse::<u64>().ok()? * 1_000_000 + micros.parse::<u64>().ok()?;
        if rest.starts_with("+++") || rest.starts_with("---") {
            return Some(());
        }
        if let Some(rest) = rest.strip_prefix("<... ") {
            let (_, tail) = rest.split_once(" resumed>")?;
            // A thread that was interrupted before this recording knew it.
            let Some((head, begun)) = self.unfinished.remove(thread) else {
                return Some(());
            };
            return self.ended(&format!("{head}{tail}"), &begun, time);
        }
        // With ") = ?" behind it, or nothing at all, the process ended before the call did.
        let cut_off = rest.split_once(" <unfinished ...>").map(|(head, _)| head);
        if let Some(head) = cut_off.or((!rest.contains(" = ")).then_some(rest)) {
            let begun = self.began(head, time)?;
            self.unfinished.insert(thread.to_owned(), (head.to_owned(), begun));
            return Some(());
        }
        let begun = self.began(rest, time)?;
        self.ended(rest, &begun, time)
    }

    fn step(&mut self, step: Step, time: u64) {
        self.recording.steps.push(step);
        self.recording.times.push(time);
    }

    /// The first half of a call: whom it is about, and what somebody may hear of it already.
    fn began(&mut self, text: &str, time: u64) -> Option<Begun> {
        let (name, args) = text.split_once('(')?;
        let fd: Option<i64> = args.split(['<', ',', ')']).next().and_then(|fd| fd.parse().ok());
        let target = fd.and_then(|fd| self.open.get(&fd).map(|open| (fd, open.clone())));
        if name == "close" {
            self.open.remove(&fd?);
        }
        if let ("write" | "writev" | "sendto" | "sendmsg", None, Some(fd)) = (name, &target, fd) {
            let path = String::from_utf8_lossy(&unhex(between(args, '<', '>')?)?).into_owned();
            let bytes: Vec<u8> = strings(args)?.concat();
            if path.starts_with("socket") || path.starts_with("TCP") {
                self.step(Step::Sent(path, bytes), time);
            } else if fd == 1 {
                self.step(Step::Said(String::from_utf8_lossy(&bytes).into_owned()), time);
            }
        }
        let steps = self.recording.steps.len();
        Some(Begun { steps, target })
    }

    /// The second half: what it did.
    fn ended(&mut self, text: &str, begun: &Begun, time: u64) -> Option<()> {
        let (call, result) = text.rsplit_once(" = ")?;
        let (name, args) = call.trim_end().strip_suffix(')')?.split_once('(')?;
        let returned: i64 = result
            .split([' ', '<'])
            .next()?
            .parse()
            .ok()
            .or(result.starts_with('?').then_some(-1))?;
        if returned < 0 {
            return Some(());
        }
        let begun_at = begun.steps;
        match (name, &begun.target) {
            ("openat" | "open", _) => self.opened(args, returned, time),
            ("fsync" | "fdatasync", Some((_, Open::File { file, .. }))) => {
                self.step(Step::SyncFile(*file, begun_at), time);
                Some(())
            }
            ("fsync" | "fdatasync", Some((_, Open::Dir(path)))) => {
                self.step(Step::SyncDir(path.clone(), begun_at), time);
                Some(())
            }
            ("ftruncate", Some((_, Open::File { file, .. }))) => {
                let len = args.rsplit(", ").next()?.parse().ok()?;
                self.sizes[*file] = len;
                self.step(Step::Truncate(*file, len), time);
                Some(())
            }
            ("pwrite64" | "write" | "writev", Some((fd, Open::File { file, at, append }))) => {
                let mut data = strings(args)?.concat();
                data.truncate(usize::try_from(returned).ok()?);
                let at = match (name, append) {
                    ("pwrite64", _) => args.rsplit(", ").next()?.parse().ok()?,
                    (_, true) => self.sizes[*file],
                    (_, false) => *at,
                };
                let end = at + data.len() as u64;
                self.sizes[*file] = self.sizes[*file].max(end);
                if let (true, Some(Open::File { at, .. })) = (name != "pwrite64", self.open.get_mut(fd)) {
                    *at = end;
                }
                self.step(Step::Write(*file, at, data), time);
                Some(())
            }
            ("lseek", Some((fd, Open::File { .. }))) => {
                if let Some(Open::File { at, .. }) = self.open.get_mut(fd) {
                    *at = u64::try_from(returned).ok()?;
                }
                Some(())
            }
            ("unlink" | "unlinkat" | "rename" | "renameat" | "renameat2", _) => self.named(name, args, time),
            // Not a file of ours, or a call that changes none.
            _ => Some(()),
        }
    }

    /// A path below the root, without it.
    fn ours(&self, path: &[u8]) -> Option<String> {
        let path = String::from_utf8_lossy(path).into_owned();
        path.strip_prefix(&self.root).map(str::to_owned)
    }

    fn opened(&mut self, args: &str, fd: i64, time: u64) -> Option<()> {
        let path = strings(args)?.pop()?;
        let flags = args.rsplit('"').next()?;
        if path == self.root.trim_end_matches('/').as_bytes() {
            self.open.insert(fd, Open::Dir(String::new()));
            return Some(());
        }
        let Some(name) = self.ours(&path) else {
            return Some(());
        };
        let known = self.names.get(&name).copied();
        let file = match known {
            Some(file) => file,
            None if flags.contains("O_CREAT") => {
                let file = self.sizes.len();
                self.sizes.push(0);
                self.names.insert(name.clone(), file);
                self.step(Step::Create(name, file), time);
                file
            }
            None => {
                self.open.insert(fd, Open::Dir(name));
                return Some(());
            }
        };
        if flags.contains("O_TRUNC") && self.sizes[file] > 0 {
            self.sizes[file] = 0;
            self.step(Step::Truncate(file, 0), time);
        }
        let append = flags.contains("O_APPEND");
        self.open.insert(fd, Open::File { file, at: 0, append });
        Some(())
    }

    fn named(&mut self, call: &str, args: &str, time: u64) -> Option<()> {
        let paths = strings(args)?;
        let names: Vec<Option<String>> = paths.iter().map(|path| self.ours(path)).collect();
        match (call.starts_with("rename"), names.as_slice()) {
            (false, [Some(name)]) if self.names.remove(name).is_some() => self.step(Step::Unlink(name.clone()), time),
            (true, [Some(from), Some(to)]) => {
                let file = self.names.remove(from)?;
                self.names.insert(to.clone(), file);
                self.step(Step::Rename(from.clone(), to.clone()), time);
            }
            _ => {}
        }
        Some(())
    }
}

fn between(text: &str, open: char, close: char) -> Option<&str> {
    let (_, rest) = text.split_once(open)?;
    Some(rest.split_once(close)?.0)
}

/// Every quoted string of a call.
fn strings(args: &str) -> Option<Vec<Vec<u8>>> {
    args.split('"').skip(1).step_by(2).map(unhex).collect()
}

/// `\x41\x42` is `AB`.
fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = text.as_bytes().chunks(4);
    pairs
        .map(|four| match four {
            [b'\\', b'x', high, low] => Some(digit(*high)? * 16 + digit(*low)?),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> String {
        text.bytes().map(|byte| format!("\\x{byte:02x}")).collect()
    }

    #[test]
    fn a_recording_of_two_threads_becomes_steps_in_order() {
        let (root, log, other) = (hex("/d"), hex("/d/log"), hex("/etc/x"));
        let (data, ack, socket) = (hex("abcd"), hex("ack 1\n"), hex("socket:[7]"));
        let text = format!(
            "5 1.000001 openat(AT_FDCWD<{root}>, \"{other}\", O_RDONLY) = 3<{other}>\n\
             5 1.000002 openat(AT_FDCWD<{root}>, \"{log}\", O_RDWR|O_CREAT, 0644) = 4<{log}>\n\
             5 1.000003 fsync(4<{log}> <unfinished ...>\n\
             6 1.000004 pwrite64(4<{log}>, \"{data}\", 4, 2) = 4\n\
             6 1.000005 write(1<{other}>, \"{ack}\", 6 <unfinished ...>\n\
             5 1.000006 <... fsync resumed>)             = 0\n\
             6 1.000007 <... write resumed>) = 6\n\
             6 1.000008 writev(9<{socket}>, [{{iov_base=\"{data}\", iov_len=4}}], 1) = 4\n\
             6 1.000009 rename(\"{log}\", \"{log}{log}\") = -1 ENOENT (No such file or directory)\n\
             6 1.000010 fdatasync(4<{log}>) = 0\n\
             6 1.000011 unlink(\"{log}\") = 0\n\
             6 1.000012 +++ exited with 0 +++\n"
        );
        let mut reader = Reader::new("/d", Vec::new());
        reader.read(&text).unwrap();
        let recording = reader.recording();
        let expected = [
            Step::Create("log".into(), 0),
            Step::Write(0, 2, b"abcd".to_vec()),
            Step::Said("ack 1\n".into()),
            Step::SyncFile(0, 1),
            Step::Sent("socket:[7]".into(), b"abcd".to_vec()),
            Step::SyncFile(0, 5),
            Step::Unlink("log".into()),
        ];
        assert_eq!(recording.steps, expected);
        assert_eq!(recording.times[1], 1_000_004);
    }
}
