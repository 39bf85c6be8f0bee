//! The few words that the program itself says outside the window, where the page and its messages are not: in notices
//! and in the tray. One sentence for each, in every language of the app, chosen by the system's language.

/// What is said in one language.
#[derive(Debug)]
pub struct Words {
    /// On the button of a notice.
    pub open: &'static str,
    /// In the tray: brings the window to the front.
    pub open_window: &'static str,
    /// In the tray.
    pub quit: &'static str,
    /// Heading for one clash.
    pub clash: &'static str,
    /// Which two: `{campaign}`, `{complaint}`.
    pub clash_between: &'static str,
    /// Heading for several: `{count}`.
    pub clashes: &'static str,
    /// Why, for a clash: `{cards}`.
    pub you_own: &'static str,
    /// Why, for a clash whose card nobody owns: `{cards}`.
    pub you_added: &'static str,
    /// Heading, one minute before.
    pub standup_in_one: &'static str,
    /// Heading: `{minutes}`.
    pub standup_in: &'static str,
    /// Why, for a standup.
    pub on_the_board: &'static str,
}

const ENGLISH: Words = Words {
    open: "Open",
    open_window: "Open Sidedesk",
    quit: "Quit",
    clash: "New clash",
    clash_between: "{campaign} meets {complaint}.",
    clashes: "{count} new clashes touch your cards",
    you_own: "You own {cards}.",
    you_added: "You added {cards}.",
    standup_in_one: "Standup in 1 minute",
    standup_in: "Standup in {minutes} minutes",
    on_the_board: "You are on this board.",
};

const GERMAN: Words = Words {
    open: "Öffnen",
    open_window: "Sidedesk öffnen",
    quit: "Beenden",
    clash: "Neuer Konflikt",
    clash_between: "{campaign} trifft {complaint}.",
    clashes: "{count} neue Konflikte berühren deine Karten",
    you_own: "Dir gehört: {cards}.",
    you_added: "Von dir angelegt: {cards}.",
    standup_in_one: "Standup in 1 Minute",
    standup_in: "Standup in {minutes} Minuten",
    on_the_board: "Du bist auf diesem Board.",
};

/// Those of this system's language; English where it is another.
pub fn of_system() -> &'static Words {
    of_language(["LC_ALL", "LC_MESSAGES", "LANG"].map(|name| std::env::var(name).ok()))
}

/// The first that says anything decides, as everywhere on the system.
fn of_language(asked: [Option<String>; 3]) -> &'static Words {
    let asked = asked.into_iter().flatten().find(|language| !language.is_empty());
    match asked {
        Some(language) if language.to_lowercase().split(['_', '-', '.', '@']).next() == Some("de") => &GERMAN,
        _ => &ENGLISH,
    }
}

/// Those that the tests look for.
#[cfg(test)]
pub fn english() -> &'static Words {
    &ENGLISH
}

/// Puts a value in its place. A value that looks like a place stays as it is.
pub fn filled(sentence: &str, values: &[(&str, &str)]) -> String {
    let mut text = String::new();
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        let value = values
            .iter()
            .find(|(known, _)| *known == name)
            .map_or("", |(_, value)| value);
        text.push_str(before);
        text.push_str(value);
        rest = after;
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(words: &Words) -> [&'static str; 11] {
        [
            words.open,
            words.open_window,
            words.quit,
            words.clash,
            words.clash_between,
            words.clashes,
            words.you_own,
            words.you_added,
            words.standup_in_one,
            words.standup_in,
            words.on_the_board,
        ]
    }

    fn places(sentence: &str) -> Vec<&str> {
        let mut places: Vec<_> = sentence
            .split('{')
            .skip(1)
            .filter_map(|part| Some(part.split_once('}')?.0))
            .collect();
        places.sort_unstable();
        places
    }

    #[test]
    fn both_languages_have_every_sentence() {
        let listed = format!("{ENGLISH:?}").matches(": \"").count();
        assert_eq!(listed, all(&ENGLISH).len(), "a sentence is missing in this test");
        for (english, german) in all(&ENGLISH).into_iter().zip(all(&GERMAN)) {
            assert!(
                !english.is_empty() && !german.is_empty() && english != german,
                "{english}"
            );
            assert_eq!(places(english), places(german), "{english}");
            assert!(!english.contains('!') && !german.contains('!'), "{english}");
        }
    }

    #[test]
    fn the_system_says_which_language() {
        let check = |asked: [&str; 3], expected: &Words| {
            let found = of_language(asked.map(|text| Some(text.to_owned())));
            assert_eq!(found.quit, expected.quit, "{asked:?}");
        };
        check(["de_CH.UTF-8", "en_GB.UTF-8", "en_GB.UTF-8"], &GERMAN);
        check(["", "de", "en_GB.UTF-8"], &GERMAN);
        check(["", "", "de-DE"], &GERMAN);
        check(["C.UTF-8", "de_DE", "de_DE"], &ENGLISH);
        check(["dee", "", ""], &ENGLISH);
        check(["", "", ""], &ENGLISH);
        assert_eq!(of_language([None, None, None]).quit, ENGLISH.quit);
    }

    #[test]
    fn what_people_typed_is_not_taken_for_a_place() {
        let check = |campaign: &str, complaint: &str, expected: &str| {
            let values = [("campaign", campaign), ("complaint", complaint)];
            assert_eq!(filled(ENGLISH.clash_between, &values), expected);
        };
        check("Autumn", "Late parcels", "Autumn meets Late parcels.");
        check("{complaint}", "{", "{complaint} meets {.");
        assert_eq!(filled("{", &[]), "");
    }
}
