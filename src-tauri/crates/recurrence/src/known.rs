//! What goes into the index and what comes out of it.

/// Complaints of one index; a board has hundreds.
pub const MAX_COMPLAINTS: usize = 4_000;
/// Reports of one complaint that are learned from. More of the same cause teach nothing new.
pub const MAX_EXAMPLES: usize = 64;
/// Of those, the ones that a text is compared with one by one.
pub const MAX_COMPARED: usize = 20;
/// Words of a text that count for matching: its subject and its first lines.
pub const MAX_MATCHED_WORDS: usize = 100;
/// Complaints that one text is matched to.
pub const MAX_MATCHES: usize = 5;
/// Words that say why.
pub const MAX_REASONS: usize = 5;

/// A complaint that is known, with reports that belong to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// What the caller calls it; comes back in [`Match::complaint`].
    pub complaint: String,
    /// Counts like a report.
    pub title: String,
    /// Texts of its reports (subject and body), the most telling or newest first: the first [`MAX_EXAMPLES`] are used,
    /// and among those the order does not matter.
    pub examples: Vec<String>,
}

/// With fewer complaints than this, reports of none stand in for the others: what a text is held against has to be many
/// things, or everything is like the one thing that is known.
pub const FEW_COMPLAINTS: usize = 12;

/// Reports that belong to no complaint, as so many stand-ins that there are [`FEW_COMPLAINTS`], each about as large as the
/// known ones. Their order counts: whoever gives them in the same order gets the same answers.
pub(crate) fn stand_ins(known: &[Known], others: &[String]) -> Vec<Known> {
    let wanted = FEW_COMPLAINTS.saturating_sub(known.len());
    let mut sizes: Vec<usize> = known.iter().map(|one| one.examples.len()).collect();
    sizes.sort_unstable();
    let usual = sizes.get(sizes.len() / 2).copied().unwrap_or(0).clamp(3, MAX_COMPARED);
    let part = usual.min(others.len() / wanted.max(1)).max(1);
    let parts = others.chunks(part).take(wanted).enumerate();
    parts
        .map(|(place, texts)| Known {
            // No id of a record begins so, and they stand behind all of them.
            complaint: format!("{STAND_IN}{place:02}"),
            title: String::new(),
            examples: texts.to_vec(),
        })
        .collect()
}

/// How the name of a stand-in begins.
pub(crate) const STAND_IN: char = '\u{10ffff}';

/// What is known about one text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// From 0 (surely one of the known) to 1 (surely none of them).
    pub looks_new: f32,
    /// At most [`MAX_MATCHES`], best first; equal scores in the order of the complaints' ids.
    pub matches: Vec<Match>,
}

/// One complaint that a text may belong to.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// As in [`Known::complaint`].
    pub complaint: String,
    /// From 0 to 1: how likely the text belongs to this complaint. All scores of one text and its `looks_new` add up to
    /// at most 1.
    pub score: f32,
    /// Words of the text, in lower case, that reports of the complaint use too, the most telling first; at most
    /// [`MAX_REASONS`].
    pub why: Vec<String>,
}
