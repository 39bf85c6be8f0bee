//! Words that must not be readable where nobody may read them: made, and looked for in every form that a program might
//! write them in, in files, in bytes and in the memory of a running process.

use data_encoding::{BASE32, BASE64, HEXLOWER, HEXUPPER};
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

/// Letters of the word that all canaries begin with.
const LEN: usize = 16;
/// Read from a process at once. Pieces overlap by more than a form is long.
const PIECE: usize = 4 * 1024 * 1024;
const OVERLAP: usize = 256;

/// A word of this run that is in no book, and what it looks like written otherwise.
#[derive(Debug, Clone)]
pub struct Canary {
    /// Small letters, so that it stands as it is in indexes too.
    pub word: String,
    forms: Vec<(&'static str, Vec<u8>)>,
}

impl Canary {
    /// A new one.
    pub fn new() -> Self {
        let mut random = [0; LEN];
        getrandom::fill(&mut random).unwrap();
        let letters = random.iter().map(|byte| char::from(b'a' + byte % 26));
        Self::of(&letters.collect::<String>())
    }

    /// This word. What stands for it in base 64 and 32 depends on where it begins, so each beginning is a form of its own,
    /// without the letters at its ends that belong to the neighbours too.
    pub fn of(word: &str) -> Self {
        Self {
            word: word.to_owned(),
            ..Self::of_bytes(word.as_bytes())
        }
    }

    /// These bytes: a secret.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        let mut wide: Vec<u8> = bytes.iter().flat_map(|byte| [*byte, 0]).collect();
        wide.pop(); // so that it is found in either order of bytes
        let mut forms = vec![
            ("as it is", bytes.to_vec()),
            ("in two bytes each", wide),
            ("in hex", HEXLOWER.encode(bytes).into_bytes()),
            ("in hex", HEXUPPER.encode(bytes).into_bytes()),
        ];
        for before in 0..3 {
            forms.push(("in base 64", inner(before, bytes, (3, 4), |bytes| BASE64.encode(bytes))));
        }
        for before in 0..5 {
            let upper = inner(before, bytes, (5, 8), |bytes| BASE32.encode(bytes));
            forms.push(("in base 32", upper.to_ascii_lowercase()));
            forms.push(("in base 32", upper));
        }
        Self {
            word: String::new(),
            forms,
        }
    }

    /// One of a family: found wherever the family is looked for.
    pub fn named(&self, name: &str) -> String {
        format!("{}{name}", self.word)
    }

    /// In which form it is in these bytes, with what stands around it.
    pub fn find(&self, bytes: &[u8]) -> Option<String> {
        self.forms.iter().find_map(|(form, pattern)| {
            let at = position(bytes, pattern)?;
            let around = &bytes[at.saturating_sub(40)..bytes.len().min(at + pattern.len() + 60)];
            Some(format!("{form}: {:?}", String::from_utf8_lossy(around)))
        })
    }

    /// Every file in this directory and below in which it is.
    pub fn in_files(&self, dir: &Path) -> Vec<String> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                found.extend(self.in_files(&path));
            } else if let Some(hit) = self.find(&std::fs::read(&path).unwrap()) {
                found.push(format!("{}, {hit}", path.display()));
            }
        }
        found
    }

    /// Where it is in the memory of a process that this one started; and how many bytes were looked at.
    #[cfg(target_os = "linux")]
    pub fn in_memory(&self, process: u32) -> (Vec<String>, u64) {
        let maps = std::fs::read_to_string(format!("/proc/{process}/maps")).unwrap();
        let mut memory = File::open(format!("/proc/{process}/mem")).unwrap();
        let (mut found, mut looked_at) = (Vec::new(), 0);
        for line in maps.lines() {
            let mut words = line.split_whitespace();
            let (range, rights) = (words.next().unwrap(), words.next().unwrap());
            if !rights.starts_with('r') || line.contains("[vvar") || line.contains("[vsyscall") {
                continue;
            }
            let (from, to) = range.split_once('-').unwrap();
            let [mut from, to] = [from, to].map(|text| u64::from_str_radix(text, 16).unwrap());
            while from < to {
                let len = usize::try_from(to - from).unwrap().min(PIECE);
                let bytes = read_at(&mut memory, from, len);
                looked_at += bytes.len() as u64;
                found.extend(self.find(&bytes).map(|hit| format!("{line}, {hit}")));
                if len < PIECE {
                    break;
                }
                from += (PIECE - OVERLAP) as u64;
            }
        }
        (found, looked_at)
    }
}

impl Default for Canary {
    fn default() -> Self {
        Self::new()
    }
}

/// What can be read there; a region that went meanwhile holds nothing.
fn read_at(memory: &mut File, from: u64, len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    let mut filled = 0;
    if memory.seek(SeekFrom::Start(from)).is_ok() {
        while filled < len {
            match memory.read(&mut bytes[filled..]) {
                Ok(0) | Err(_) => break,
                Ok(some) => filled += some,
            }
        }
    }
    bytes.truncate(filled);
    bytes
}

/// The letters that stand for `bytes` alone when `before` bytes come before them: `of` bytes are `letters` letters.
fn inner(before: usize, bytes: &[u8], (of, letters): (usize, usize), encode: impl Fn(&[u8]) -> String) -> Vec<u8> {
    let padded = [vec![0xff; before].as_slice(), bytes, &[0xff; 5]].concat();
    let text = encode(&padded);
    let first = (before * letters).div_ceil(of);
    let last = (before + bytes.len()) * letters / of;
    text.as_bytes()[first..last].to_vec()
}

/// Horspool's search: the longer the pattern, the fewer bytes it looks at. These programs are not optimised.
fn position(bytes: &[u8], pattern: &[u8]) -> Option<usize> {
    let last = pattern.len() - 1;
    let mut skip = [pattern.len(); 256];
    for (i, byte) in pattern[..last].iter().enumerate() {
        skip[usize::from(*byte)] = last - i;
    }
    let mut at = 0;
    while at + last < bytes.len() {
        let end = bytes[at + last];
        if end == pattern[last] && bytes[at..at + last] == pattern[..last] {
            return Some(at);
        }
        at += skip[usize::from(end)];
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_in_every_form_and_place() {
        let canary = Canary::new();
        let word = canary.word.as_bytes();
        for before in 0..7 {
            let around = [vec![b'x'; before].as_slice(), word, b"yz"].concat();
            let wide = |order: fn(u16) -> [u8; 2]| around.iter().flat_map(move |byte| order(u16::from(*byte)));
            for (what, bytes) in [
                ("as it is", around.clone()),
                ("little", wide(u16::to_le_bytes).collect()),
                ("big", wide(u16::to_be_bytes).collect()),
                ("hex", HEXLOWER.encode(&around).into_bytes()),
                ("base 64", BASE64.encode(&around).into_bytes()),
                ("base 32", BASE32.encode(&around).to_ascii_lowercase().into_bytes()),
            ] {
                assert!(canary.find(&bytes).is_some(), "{what}, {before}");
                assert!(Canary::new().find(&bytes).is_none(), "{what}");
            }
        }
        assert_eq!(canary.find(b""), None);
    }
}
