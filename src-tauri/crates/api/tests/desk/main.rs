//! A desk over a real directory, called as a shell calls it.

#[cfg(test)]
mod aftermath;
#[cfg(test)]
mod attention;
#[cfg(test)]
mod board;
#[cfg(test)]
mod cards;
#[cfg(test)]
mod decisions;
#[cfg(test)]
mod duplicates;
#[cfg(test)]
mod exports_again;
#[cfg(test)]
mod import_memory;
#[cfg(test)]
mod import_stopped;
#[cfg(test)]
mod imports;
#[cfg(test)]
mod input;
#[cfg(test)]
mod lens;
#[cfg(test)]
mod loose;
#[cfg(test)]
mod newer;
#[cfg(test)]
mod past;
#[cfg(test)]
mod privacy;
#[cfg(test)]
mod quick;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod screens;
#[cfg(test)]
mod standup;
#[cfg(test)]
mod texts;
#[cfg(test)]
mod undo;
#[cfg(test)]
mod undo_all;

#[cfg(test)]
mod desk {
    use sidedesk_api::dto::FieldInputDto;
    use sidedesk_api::{Clock, Desk, DeskOptions, Tz};
    use std::path::Path;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};
    use tempfile::TempDir;

    /// 2026-11-19 10:42 in London.
    pub const NOW: i64 = 1_795_084_920_000;

    pub fn options() -> DeskOptions {
        let clock = Arc::new(AtomicI64::new(NOW));
        let clock = Clock::from_fn(move || clock.fetch_add(1, Ordering::Relaxed));
        DeskOptions {
            clock,
            zone: Some(Tz::Europe__London),
            ..DeskOptions::new()
        }
    }

    pub async fn open(dir: &Path) -> Desk {
        Desk::open_with(dir, options()).await.unwrap()
    }

    pub async fn founded() -> (TempDir, Desk) {
        let dir = tempfile::tempdir().unwrap();
        let desk = open(dir.path()).await;
        desk.init("Winter board", "Iva", "marketing").await.unwrap();
        (dir, desk)
    }

    pub fn fields(pairs: &[(&str, &str)]) -> Vec<FieldInputDto> {
        let input = |(field, value): &(&str, &str)| FieldInputDto {
            field: (*field).into(),
            value: Some((*value).into()).filter(|value: &String| !value.is_empty()),
        };
        pairs.iter().map(input).collect()
    }

    pub async fn add(desk: &Desk, kind: &str, pairs: &[(&str, &str)]) -> String {
        desk.add(kind, &fields(pairs)).await.unwrap().id
    }

    pub async fn set(desk: &Desk, kind: &str, id: &str, pairs: &[(&str, &str)]) {
        desk.set(kind, id, u64::MAX, &fields(pairs)).await.unwrap();
    }
}
