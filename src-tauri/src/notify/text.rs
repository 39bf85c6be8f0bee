//! A notice in words. What people typed is text: it is cut to a readable length and never read as markup.

use sidedesk_api::{End, Notice};

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
            (words.clash.to_owned(), joined([between, why(yours, words)]))
        }
        Notice::Clashes { count, yours, .. } => (
            filled(words.clashes, &[("count", &count.to_string())]),
            why(yours, words),
        ),
        Notice::Standup { minutes: 1, .. } => (words.standup_in_one.to_owned(), words.on_the_board.to_owned()),
        Notice::Standup { minutes, .. } => (
            filled(words.standup_in, &[("minutes", &minutes.to_string())]),
            words.on_the_board.to_owned(),
        ),
    }
}

/// By its owner a card is more surely yours than by who began it: those are named where there are any.
fn why(yours: &[End], words: &Words) -> String {
    let named = |owned: bool| {
        let names = yours.iter().filter(|end| end.owned == owned).map(|end| cut(&end.name));
        names.collect::<Vec<_>>().join(", ")
    };
    let (own, added) = (named(true), named(false));
    match (own.is_empty(), added.is_empty()) {
        (false, _) => filled(words.you_own, &[("cards", &own)]),
        (true, false) => filled(words.you_added, &[("cards", &added)]),
        (true, true) => String::new(),
    }
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

    fn end(name: &str, owned: bool) -> End {
        End {
            kind: "campaign",
            id: "1".into(),
            name: name.into(),
            owned,
        }
    }

    fn check(notice: &Notice, heading: &str, text: &str) {
        assert_eq!(of(notice, words::english()), (heading.into(), text.into()));
    }

    fn check_clash(yours: Vec<End>, text: &str) {
        let clash = Notice::Clash {
            id: "1".into(),
            campaign: "Free shipping".into(),
            complaint: "Late\nparcels".into(),
            yours,
        };
        check(&clash, "New clash", text);
    }

    #[test]
    fn every_notice_says_what_and_why() {
        let standup = |minutes| Notice::Standup {
            date: "2026-11-23".into(),
            minutes,
        };
        check(&standup(5), "Standup in 5 minutes", "You are on this board.");
        check(&standup(1), "Standup in 1 minute", "You are on this board.");
        check_clash(vec![], "Free shipping meets Late parcels.");
        check_clash(
            vec![end("Late parcels", true), end("Free shipping", false)],
            "Free shipping meets Late parcels. You own Late parcels.",
        );
        check_clash(
            vec![end("Free shipping", false)],
            "Free shipping meets Late parcels. You added Free shipping.",
        );
        let several = Notice::Clashes {
            count: 4,
            strongest: "1".into(),
            yours: vec![end("Late parcels", true), end("Free shipping", true)],
        };
        check(
            &several,
            "4 new clashes touch your cards",
            "You own Late parcels, Free shipping.",
        );
    }

    #[test]
    fn long_names_are_cut_and_markup_is_text() {
        assert_eq!(cut(&"é".repeat(80)), "é".repeat(80));
        assert_eq!(cut(&format!("{} x", "é".repeat(80))), format!("{}…", "é".repeat(80)));
        assert_eq!(escaped("<b>5 & 6</b>"), "&lt;b&gt;5 &amp; 6&lt;/b&gt;");
    }
}
