//! The identity: damaged, gone, or another board's. It is never the log that is blamed for it.

use super::{files, of_days};
use crate::desk::{Desk, NOW};
use crate::error::Error;
use crate::{Access, Founder, Keys, Store};
use sidedesk_domain::fields::campaign;
use std::sync::Arc;

#[tokio::test]
async fn a_damaged_or_missing_identity_comes_back_from_its_second_copy() {
    let (mut dir, _) = of_days(1).await;
    let sound = std::fs::read(files(dir.path()).identity()).unwrap();
    let flipped = (0..sound.len()).step_by(7).map(|at| {
        let mut bytes = sound.clone();
        bytes[at] ^= 1;
        Some(bytes)
    });
    for damage in flipped.chain([
        None,
        Some(Vec::new()),
        Some(sound[..20].to_vec()),
        Some(vec![0; sound.len()]),
    ]) {
        let files = files(dir.path());
        match &damage {
            Some(bytes) => std::fs::write(files.identity(), bytes).unwrap(),
            None => std::fs::remove_file(files.identity()).unwrap(),
        }
        assert!(matches!(
            Founder::found(dir.path(), sidedesk_domain::membership::Role::Lead, NOW, &Keys::file()).await,
            Err(Error::BoardExists)
        ));
        let desk = Desk::open(dir).await;
        let notices = desk.store.notices();
        assert!(
            notices.len() == 1 && notices[0].contains("The file identity was"),
            "{damage:?}: {notices:?}"
        );
        assert_eq!(desk.shown(1, campaign::NAME).await, "D1");
        dir = desk.closed().await;
        assert_eq!(std::fs::read(files.identity()).unwrap(), sound);
    }
}

#[tokio::test]
async fn an_identity_without_a_checksum_or_a_copy_gets_both() {
    let (dir, _) = of_days(1).await;
    let files = files(dir.path());
    let sound = std::fs::read(files.identity()).unwrap();
    std::fs::write(files.identity(), &sound[..sound.len() - 16]).unwrap();
    std::fs::remove_file(files.identity_copy()).unwrap();
    let desk = Desk::open(dir).await;
    assert_eq!(desk.store.notices(), [] as [&str; 0]);
    let _dir = desk.closed().await;
    for path in [files.identity(), files.identity_copy()] {
        assert_eq!(std::fs::read(&path).unwrap(), sound);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}

async fn refused(dir: &std::path::Path) -> String {
    let before = std::fs::read(files(dir).log()).unwrap();
    let opened = Store::open(dir, Access::Write, Arc::new(|| NOW)).await.map(|_| ());
    assert_eq!(std::fs::read(files(dir).log()).unwrap(), before);
    assert_eq!(files(dir).asides(), [] as [&str; 0], "nothing is put aside");
    match opened {
        Err(Error::Unusable(said)) => said,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn two_damaged_copies_are_said_and_the_log_stays() {
    let (dir, _) = of_days(1).await;
    for path in [files(dir.path()).identity(), files(dir.path()).identity_copy()] {
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[5] ^= 1;
        std::fs::write(path, bytes).unwrap();
    }
    let said = refused(dir.path()).await;
    assert!(
        said.contains("identity is damaged") && said.contains("Put a copy of this file back"),
        "{said}"
    );
}

#[tokio::test]
async fn another_boards_identity_is_refused_and_nothing_changes() {
    let (dir, _) = of_days(1).await;
    let (other, _) = of_days(1).await;
    let ours = std::fs::read(files(dir.path()).identity()).unwrap();
    std::fs::copy(files(other.path()).identity(), files(dir.path()).identity()).unwrap();
    let said = refused(dir.path()).await;
    assert!(said.contains("two different boards"), "{said}");
    std::fs::write(files(dir.path()).identity(), ours).unwrap();
    let desk = Desk::open(dir).await;
    assert_eq!(desk.store.notices(), [] as [&str; 0]);
    assert_eq!(desk.shown(1, campaign::NAME).await, "D1");
}

#[tokio::test]
async fn a_folder_in_the_place_of_a_file_is_named() {
    for name in ["log.db", "log.db-wal", "view.db", "identity", "lock"] {
        let (dir, _) = of_days(1).await;
        let path = dir.path().join(name);
        let _ = std::fs::remove_file(&path);
        std::fs::create_dir(&path).unwrap();
        let opened = Store::open(dir.path(), Access::Write, Arc::new(|| NOW)).await;
        let error = opened.map(|_| ()).unwrap_err().to_string();
        assert!(error.contains(name), "{error}");
    }
}

/// The second copies may never be why something cannot be done.
#[tokio::test]
async fn what_lies_in_the_way_of_a_second_copy_is_said() {
    let (dir, _) = of_days(1).await;
    let files = files(dir.path());
    std::fs::remove_file(files.side()).unwrap();
    std::fs::create_dir(files.side()).unwrap();
    std::fs::remove_dir_all(files.backups()).unwrap();
    std::fs::write(files.backups(), b"hello").unwrap();
    let desk = Desk::open(dir).await;
    let notices = desk.store.notices();
    assert!(
        notices.iter().any(|said| said.contains("backups is a file")),
        "{notices:?}"
    );
    assert!(
        notices.iter().any(|said| said.contains("waiting is a folder")),
        "{notices:?}"
    );
    desk.name(2, "saved").await;
    assert_eq!(desk.reopened().await.shown(2, campaign::NAME).await, "saved");
}
