//! Long texts as they are typed, taken back and brought back.

use crate::desk::{add, fields, founded, set};

#[tokio::test]
async fn an_editor_left_open_adds_to_what_was_typed_meanwhile() {
    let (_dir, desk) = founded().await;
    let id = add(&desk, "campaign", &[("name", "a"), ("text", "one two three")]).await;
    let opened = desk.campaign(&id).await.unwrap().seen;
    set(&desk, "campaign", &id, &[("text", "one two three four")]).await;
    // The same device: its own edits are known to it, so this is what it shows now.
    let fields = fields(&[("text", "zero one two three four")]);
    desk.set("campaign", &id, opened, &fields).await.unwrap();
    let text = desk.campaign(&id).await.unwrap().text;
    assert_eq!(text.as_deref(), Some("zero one two three four"));
    let before = desk.board().await.unwrap();
    desk.set("campaign", &id, opened, &fields).await.unwrap();
    assert_eq!(desk.board().await.unwrap().undo, before.undo);
    assert!(desk.verify().await.unwrap().ok);
}

#[tokio::test]
async fn undo_takes_its_own_pieces_back_and_leaves_the_rest() {
    let (_dir, desk) = founded().await;
    let id = add(&desk, "complaint", &[("title", "Late"), ("notes", "alpha beta gamma")]).await;
    let notes = || async { desk.complaint(&id).await.unwrap().notes.unwrap_or_default() };
    for text in ["alpha BETA gamma", "alpha BETA gamma delta", ""] {
        set(&desk, "complaint", &id, &[("notes", text)]).await;
        assert_eq!(notes().await, text);
    }
    for text in ["alpha BETA gamma delta", "alpha BETA gamma", "alpha beta gamma"] {
        assert_eq!(desk.undo().await.unwrap().left, 0);
        assert_eq!(notes().await, text);
    }
    for text in ["alpha BETA gamma", "alpha BETA gamma delta", ""] {
        desk.redo().await.unwrap();
        assert_eq!(notes().await, text);
    }
    assert!(desk.verify().await.unwrap().ok);
}
