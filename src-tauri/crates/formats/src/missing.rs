//! What a file cannot give, in sentences: what its tool never writes, and what none of its columns fills (product §7.6
//! point 8).

use crate::headers::Header;
use crate::mapping::Mapping;
use crate::presets::{Preset, When};
use sidedesk_domain::fields::Kind;

/// What no column gives although something depends on it.
pub(crate) fn of(preset: Preset, mapping: &Mapping, headers: &[Header]) -> Vec<String> {
    let mut missing = Vec::new();
    let mut say = |absent: bool, words: &str| {
        if absent {
            missing.push(words.to_owned());
        }
    };
    let has = |name| mapping.has(name);
    let layout = preset.layout();
    for (when, words) in layout.missing.iter().filter(|_| layout.kind == Some(mapping.kind)) {
        let applies = match *when {
            When::Always => true,
            When::No(field) => !has(field),
            When::Column(name) => headers.iter().any(|header| header.normal == name),
        };
        say(applies, words);
    }
    match mapping.kind {
        Kind::Report => {
            let said = layout.missing.iter().any(|(when, _)| *when == When::No("body"));
            say(
                !said && !has("body") && !has("title"),
                "What the customers wrote: no column was matched to body or title",
            );
            say(
                !has("created"),
                "When customers wrote: no column was matched to created, and trends count by it",
            );
            say(
                !has("customer"),
                "Who wrote: no column was matched to customer, so people cannot be counted",
            );
        }
        _ => {
            say(!has("name"), "Names: no column was matched to name");
            say(!has("start"), "Dates: no column was matched to start");
            say(
                !has("product"),
                "Products: no column was matched to product; a campaign without one is not checked for clashes",
            );
        }
    }
    say(
        !has("id"),
        "Ids: no column was matched to id, so a row is recognised by its content, and an edited one is new",
    );
    missing
}
