//! The file that the page hands over, part by part. It is kept whole and in memory until it is imported, and never on the
//! disk: nobody asked for that.

use std::sync::{Arc, Mutex, PoisonError};

use sidedesk_api::ImportFile;

use crate::error::{self, Answer, MAX_FILE_LEN};

/// At most one file, coming or there.
#[derive(Default)]
pub struct Incoming(Mutex<Slot>);

#[derive(Default)]
struct Slot {
    /// Of the file that came last; parts of an earlier one are refused.
    id: u32,
    coming: Option<ImportFile>,
    there: Option<Arc<ImportFile>>,
}

impl Incoming {
    /// Makes room for a file of `len` bytes, in place of the one before.
    pub fn begin(&self, name: String, len: usize) -> Answer<u32> {
        if len > MAX_FILE_LEN {
            return Err(error::file_too_large());
        }
        let mut slot = self.slot();
        slot.id = slot.id.wrapping_add(1);
        slot.there = None;
        let bytes = Vec::with_capacity(len);
        slot.coming = Some(ImportFile { name, bytes });
        Ok(slot.id)
    }

    /// The next part.
    pub fn add(&self, id: u32, part: &[u8]) -> Answer<()> {
        let mut slot = self.slot();
        let is_of_this_one = slot.id == id;
        let file = slot
            .coming
            .as_mut()
            .filter(|_| is_of_this_one)
            .ok_or_else(error::no_file)?;
        if file.bytes.len() + part.len() > MAX_FILE_LEN {
            slot.coming = None;
            return Err(error::file_too_large());
        }
        file.bytes.extend_from_slice(part);
        Ok(())
    }

    /// The file, of which everything is there when somebody asks.
    pub fn file(&self) -> Answer<Arc<ImportFile>> {
        let mut slot = self.slot();
        if let Some(file) = slot.coming.take() {
            slot.there = Some(Arc::new(file));
        }
        slot.there.clone().ok_or_else(error::no_file)
    }

    /// Forgets it: it is not kept once it is imported.
    pub fn let_go(&self) {
        let mut slot = self.slot();
        (slot.coming, slot.there) = (None, None);
    }

    fn slot(&self) -> std::sync::MutexGuard<'_, Slot> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_make_one_file_and_those_of_an_earlier_one_are_refused() {
        let incoming = Incoming::default();
        assert_eq!(incoming.file().unwrap_err().code, "no_file");
        let first = incoming.begin("a.csv".into(), 3).unwrap();
        incoming.add(first, b"x").unwrap();
        let second = incoming.begin("b.csv".into(), 4).unwrap();
        incoming.add(second, b"Id\n").unwrap();
        assert_eq!(incoming.add(first, b"y").unwrap_err().code, "no_file");
        incoming.add(second, b"1\n").unwrap();
        let file = incoming.file().unwrap();
        assert_eq!(
            (file.name.as_str(), file.bytes.as_slice()),
            ("b.csv", b"Id\n1\n".as_slice())
        );
        assert!(incoming.file().is_ok(), "it can be read another way");
        incoming.let_go();
        assert_eq!(incoming.file().unwrap_err().code, "no_file");
    }

    #[test]
    fn a_file_over_the_limit_is_refused_with_a_sentence() {
        let incoming = Incoming::default();
        let refused = incoming.begin("a.csv".into(), MAX_FILE_LEN + 1).unwrap_err();
        assert_eq!(refused.code, "file_too_large");
        // One that says too little about itself.
        let id = incoming.begin("a.csv".into(), 0).unwrap();
        incoming.add(id, &vec![0; MAX_FILE_LEN]).unwrap();
        assert_eq!(incoming.add(id, b"x").unwrap_err().code, "file_too_large");
        assert!(incoming.file().is_err());
    }
}
