//! The identity file with a sealed secret: what stands in it, every state that a move can stop in, and files of before.

use super::{files, of_days};
use crate::desk::NOW;
use crate::error::Error;
use crate::identity_file::IdentityFile;
use crate::{Access, Keys, KeysError, Passphrase, SecretPlace, Store};
use sidedesk_keystore::Choice;
use std::path::Path;
use std::sync::Arc;

fn typed(words: &str) -> Keys {
    Keys {
        choice: Choice::Passphrase,
        passphrase: Some(Passphrase::typed(words).unwrap()),
    }
}

async fn open(dir: &Path, keys: &Keys) -> Result<Store, Error> {
    Store::open_watched(dir, Access::Write, Arc::new(|| NOW), keys, &mut |_, _| true).await
}

async fn error(dir: &Path, keys: &Keys) -> KeysError {
    match open(dir, keys).await.map(|_| ()) {
        Err(Error::Keys(error)) => error,
        other => panic!("{other:?}"),
    }
}

/// The two copies, as they lie there.
fn copies(dir: &Path) -> [Option<Vec<u8>>; 2] {
    [files(dir).identity(), files(dir).identity_copy()].map(|path| std::fs::read(path).ok())
}

fn put(dir: &Path, copies: &[Option<Vec<u8>>; 2]) {
    for (path, bytes) in [files(dir).identity(), files(dir).identity_copy()].iter().zip(copies) {
        match bytes {
            Some(bytes) => std::fs::write(path, bytes).unwrap(),
            None => drop(std::fs::remove_file(path)),
        }
    }
}

#[tokio::test]
async fn whatever_a_move_stopped_in_opens_and_ends_with_two_equal_copies() {
    let (dir, _) = of_days(1).await;
    let (dir, keys) = (dir.path(), typed("four words are enough"));
    let clear = copies(dir)[0].clone();
    let store = open(dir, &Keys::file()).await.unwrap();
    let device = store.secret().id();
    assert_eq!(store.move_secret(&keys).await.unwrap(), SecretPlace::Passphrase);
    store.close().await.unwrap();
    let sealed = copies(dir)[0].clone();
    assert_eq!(copies(dir)[1], sealed);
    assert_ne!(sealed, clear);
    assert_eq!(error(dir, &Keys::file()).await, KeysError::PassphraseNeeded);

    // (the file, its second copy), and where the secret lies once it was opened with the passphrase.
    let broken = Some(b"not at all".to_vec());
    for (state, place) in [
        ([clear.clone(), sealed.clone()], SecretPlace::Clear),
        ([sealed.clone(), clear.clone()], SecretPlace::Passphrase),
        ([None, sealed.clone()], SecretPlace::Passphrase),
        ([sealed.clone(), None], SecretPlace::Passphrase),
        ([broken.clone(), sealed.clone()], SecretPlace::Passphrase),
        ([sealed.clone(), broken.clone()], SecretPlace::Passphrase),
    ] {
        put(dir, &state);
        let store = open(dir, &keys).await.unwrap();
        assert_eq!((store.secret().id(), store.secret_place()), (device, place));
        store.close().await.unwrap();
        let [first, second] = copies(dir);
        assert_eq!(first, second);
    }
    // Stopped between the two: whoever has forgotten the passphrase has lost nothing.
    put(dir, &[sealed.clone(), clear.clone()]);
    let store = open(dir, &Keys::file()).await.unwrap();
    assert_eq!(store.secret_place(), SecretPlace::Clear);
    store.close().await.unwrap();
    assert_eq!(copies(dir), [clear.clone(), clear]);
}

#[tokio::test]
async fn a_wrong_passphrase_opens_nothing_and_changes_nothing() {
    let (dir, _) = of_days(1).await;
    let (dir, keys) = (dir.path(), typed("four words are enough"));
    let store = open(dir, &Keys::file()).await.unwrap();
    store.move_secret(&keys).await.unwrap();
    store.close().await.unwrap();
    let before = copies(dir);
    assert_eq!(
        error(dir, &typed("four words are too many")).await,
        KeysError::WrongPassphrase
    );
    assert_eq!(copies(dir), before);
    // Nor does one that was sealed for another board.
    let (other, _) = of_days(1).await;
    let store = open(other.path(), &Keys::file()).await.unwrap();
    store.move_secret(&keys).await.unwrap();
    store.close().await.unwrap();
    put(dir, &copies(other.path()));
    let opened = open(dir, &keys).await.map(|_| ());
    assert!(matches!(opened, Err(Error::Unusable(_))), "{opened:?}");
    put(dir, &before);
    open(dir, &keys).await.unwrap().close().await.unwrap();
}

/// What versions before the keyring wrote, byte by byte; it is read for ever, and written so where it stays in the clear.
#[tokio::test]
async fn a_file_of_before_opens_and_is_written_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let mut before = vec![0x84, 0x58, 32];
    before.extend([7; 32]);
    before.push(0x50);
    before.extend([1; 16]);
    before.extend([0x58, 32]);
    before.extend([2; 32]);
    before.extend([0x66, b'w', b's', b':', b'/', b'/', b'h']);
    put(dir.path(), &[Some(before.clone()), None]);
    let files = files(dir.path());
    let file = IdentityFile::read(&files).unwrap().unwrap();
    let identity = file.open(&Keys::file()).await.unwrap();
    assert_eq!(identity.secret().to_bytes(), [7; 32]);
    assert_eq!((identity.member.0, identity.workspace.0), ([1; 16], [2; 32]));
    assert_eq!(
        (identity.hub.as_deref(), identity.place()),
        (Some("ws://h"), SecretPlace::Clear)
    );
    identity.write(&files).unwrap();
    let [first, second] = copies(dir.path());
    let first = first.unwrap();
    assert_eq!(first[..before.len()], before);
    assert_eq!((first.len(), Some(first)), (before.len() + 16, second));
}
