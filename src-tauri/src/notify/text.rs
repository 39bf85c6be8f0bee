//! A notice in words. What people typed is text: it is cut to a readable length and never read as markup.

use sidedesk_api::Notice;

use crate::words::{Words, filled};

/// Letters of one name; a desktop shows about two lines.
const NAME_LEN: usize = 80;

/// Heading and text, both plain.
pub fn of(notice: &Notice, words: &Words) -> (String, String) {
    match notice {
        Notice::Clash {
            campaign,
            complaint,
            yours,
            ..
        } => {
            let between = [("campaign", &*cut(campaign)), ("complaint", &*cut(complaint))];
            let between = filled(words.clash_between, &between);
            let why = owned(yours.iter().map(|end| &*end.name), words);
            (words.clash.to_owned(), joined([between, why]))
        }
        Notice::Clashes { count, yours, .. } => (
            filled(words.clashes, &[("count", &count.to_string())]),
            owned(yours.iter().map(|end| &*end.name), words),
        ),
        Notice::Standup { minutes: 1, .. } => (words.standup_in_one.to_owned(), words.on_the_board.to_owned()),
        Notice::Standup { minutes, .. } => (
            filled(words.standup_in, &[("minutes", &minutes.to_string())]),
            words.on_the_board.to_owned(),
        ),
    }
}

fn owned<'a>(names: impl Iterator<Item = &'a str>, words: &Words) -> String {
    let names: Vec<_> = names.map(cut).collect();
    if names.is_empty() {
        return String::new();
    }
    filled(words.you_own, &[("cards", &names.join(", "))])
}

fn joined(sentences: [String; 2]) -> String {
    let said: Vec<_> = sentences.into_iter().filter(|sentence| !sentence.is_empty()).collect();
    said.join(" ")
}

/// One line, not too long.
fn cut(name: &str) -> String {
    let line = name.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(NAME_LEN) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or_default().trim_end()),
        None => line,
    }
}

/// For desktops that read markup in the text of a notice.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words;

    #[test]
    fn every_notice_says_what_and_why() {
        let words = words::of_language_for_tests("en");
        let standup = |minutes| Notice::Standup {
            date: "2026-11-23".into(),
            minutes,
        };
        let check =
            |notice: &Notice, heading: &str, text: &str| assert_eq!(of(notice, words), (heading.into(), text.into()));
        check(&standup(5), "Standup in 5 minutes", "You are on this board.");
        check(&standup(1), "Standup in 1 minute", "You are on this board.");
        let clash = Notice::Clash {
            id: "1".into(),
            campaign: "Free shipping".into(),
            complaint: "Late\nparcels".into(),
            yours: Vec::new(),
        };
        check(&clash, "New clash", "Free shipping meets Late parcels.");
        let several = Notice::Clashes {
            count: 4,
            strongest: "1".into(),
            yours: Vec::new(),
        };
        check(&several, "4 new clashes touch your cards", "");
        assert_eq!(
            owned(["Late parcels", "Free shipping"].into_iter(), words),
            "You own Late parcels, Free shipping."
        );
    }

    #[test]
    fn long_names_are_cut_and_markup_is_text() {
        assert_eq!(cut(&"é".repeat(80)), "é".repeat(80));
        assert_eq!(cut(&format!("{} x", "é".repeat(80))), format!("{}…", "é".repeat(80)));
        assert_eq!(escaped("<b>5 & 6</b>"), "&lt;b&gt;5 &amp; 6&lt;/b&gt;");
    }
}
