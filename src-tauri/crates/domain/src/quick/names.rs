//! Names of months and weekdays, English and German, and the little words around a date.

use chrono::Weekday;

const MONTHS: [&[&str]; 12] = [
    &["january", "jan", "januar", "jänner"],
    &["february", "feb", "februar", "feber"],
    &["march", "mar", "märz", "maerz", "mrz", "mär"],
    &["april", "apr"],
    &["may", "mai"],
    &["june", "jun", "juni"],
    &["july", "jul", "juli"],
    &["august", "aug"],
    &["september", "sep", "sept"],
    &["october", "oct", "oktober", "okt"],
    &["november", "nov"],
    &["december", "dec", "dezember", "dez"],
];

/// Long names, short ones, and those so short that they are words of their own: "so", "do", "mi".
const WEEKDAYS: [(Weekday, [&[&str]; 3]); 7] = [
    (Weekday::Mon, [&["monday", "montag"], &["mon"], &["mo"]]),
    (Weekday::Tue, [&["tuesday", "dienstag"], &["tue", "tues"], &["di"]]),
    (Weekday::Wed, [&["wednesday", "mittwoch"], &["wed"], &["mi"]]),
    (
        Weekday::Thu,
        [&["thursday", "donnerstag"], &["thu", "thur", "thurs"], &["do"]],
    ),
    (Weekday::Fri, [&["friday", "freitag"], &["fri"], &["fr"]]),
    (Weekday::Sat, [&["saturday", "samstag", "sonnabend"], &["sat"], &["sa"]]),
    (Weekday::Sun, [&["sunday", "sonntag"], &["sun"], &["so"]]),
];

/// How sure one can be that a word is a weekday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sure {
    /// "So": only in a span, or behind a word that announces a date.
    Hardly,
    /// "sun": only in a span, or where nothing follows that it could belong to.
    Alone,
    /// "Sun": where nothing follows, or behind a word that announces a date.
    Somewhat,
    /// "Sunday".
    Quite,
}

pub(super) fn month(word: &str) -> Option<u32> {
    let at = MONTHS.iter().position(|names| names.contains(&word))?;
    u32::try_from(at + 1).ok()
}

/// `word` in lower case, and whether it was written with a capital.
pub(super) fn weekday(word: &str, capital: bool) -> Option<(Weekday, Sure)> {
    let sure = [
        Some(Sure::Quite),
        Some(if capital { Sure::Somewhat } else { Sure::Alone }),
        capital.then_some(Sure::Hardly),
    ];
    WEEKDAYS.iter().find_map(|(day, names)| {
        let at = names.iter().position(|names| names.contains(&word))?;
        Some((*day, sure.get(at).copied().flatten()?))
    })
}

/// Days from today.
pub(super) fn relative(word: &str) -> Option<u64> {
    match word {
        "today" | "heute" => Some(0),
        "tomorrow" | "morgen" => Some(1),
        "übermorgen" | "uebermorgen" => Some(2),
        _ => None,
    }
}

/// Words that announce a day.
pub(super) fn announces(word: &str) -> bool {
    const WORDS: [&str; 16] = [
        "on",
        "from",
        "starting",
        "next",
        "this",
        "am",
        "ab",
        "vom",
        "von",
        "kommenden",
        "kommender",
        "nächsten",
        "nächster",
        "naechsten",
        "diesen",
        "dieser",
    ];
    WORDS.contains(&word)
}

/// Words between the first and the last day.
pub(super) fn joins(word: &str) -> bool {
    ["to", "bis", "until", "till", "through", "thru"].contains(&word)
}

/// Words that announce a last day.
pub(super) fn ends(word: &str) -> bool {
    ["until", "till", "bis", "through", "ends", "endet"].contains(&word)
}

/// Words between a day and a time of day.
pub(super) fn at(word: &str) -> bool {
    ["at", "um", "ab"].contains(&word)
}

/// Days that are names: "Black Friday" says no date.
pub(super) fn is_name(before: &str, day: &str) -> bool {
    const NAMES: [(&str, &str); 11] = [
        ("black", "friday"),
        ("cyber", "monday"),
        ("giving", "tuesday"),
        ("good", "friday"),
        ("easter", "sunday"),
        ("easter", "monday"),
        ("palm", "sunday"),
        ("ash", "wednesday"),
        ("blue", "monday"),
        ("guten", "morgen"),
        ("super", "sunday"),
    ];
    NAMES.contains(&(before, day))
}
