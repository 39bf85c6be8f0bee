//! Colours come from the tokens: a raw one is right in one theme and wrong in three.

use super::finding::Finding;

/// The one file where colours are written.
const TOKENS: &str = "tokens.css";
const FUNCTIONS: [&str; 6] = ["rgb(", "rgba(", "hsl(", "hsla(", "oklch(", "hwb("];

pub fn check(path: &str, source: &str) -> Vec<Finding> {
    let is_styled = path.ends_with(".svelte") || path.ends_with(".css");
    if !is_styled || path.rsplit('/').next() == Some(TOKENS) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (index, line) in without_comments(source).lines().enumerate() {
        let function = FUNCTIONS
            .iter()
            .find(|name| has_function(line, name))
            .map(|name| format!("{name}…)"));
        if let Some(colour) = hex_colour(line).or(function) {
            let what = format!("the raw colour {colour}");
            findings.push(Finding::new(
                path,
                index + 1,
                what,
                "Use a token: `var(--…)` from tokens.css",
            ));
        }
    }
    findings
}

/// `#` with 3, 4, 6 or 8 hex digits that is neither an address (`href="#abc"`, `url(#abc)`), nor a private field, nor
/// an HTML character, nor a block such as `{#each`.
fn hex_colour(line: &str) -> Option<String> {
    for (at, _) in line.match_indices('#') {
        let (before, after) = (line.get(..at).unwrap_or(""), line.get(at + 1..).unwrap_or(""));
        let digits = after.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(after.len());
        let goes_on = after.get(digits..).is_some_and(|rest| {
            rest.starts_with(|c: char| c.is_alphanumeric() || "_-;".contains(c) && before.ends_with('&'))
        });
        let is_address = ["url(", "href=\"", "href='", "{", "&", "."]
            .iter()
            .any(|start| before.ends_with(start));
        if [3, 4, 6, 8].contains(&digits) && !goes_on && !is_address {
            return Some(format!("#{}", after.get(..digits).unwrap_or("")));
        }
    }
    None
}

fn has_function(line: &str, name: &str) -> bool {
    let ends_in_word =
        |before: &str| before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '-' || c == '.');
    line.match_indices(name)
        .any(|(at, _)| !ends_in_word(line.get(..at).unwrap_or("")))
}

/// Comments of CSS, HTML and TypeScript become nothing; lines keep their numbers.
fn without_comments(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some((at, end)) = next_comment(rest) {
        let (before, comment) = rest.split_at(at);
        let length = comment.find(end).map_or(
            comment.len(),
            |found| if end == "\n" { found } else { found + end.len() },
        );
        let (comment, after) = comment.split_at(length);
        out.push_str(before);
        out.extend(comment.chars().filter(|c| *c == '\n'));
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Where the next comment starts, and what ends it. `//` inside an address is none.
fn next_comment(text: &str) -> Option<(usize, &'static str)> {
    let line = text
        .match_indices("//")
        .map(|(at, _)| at)
        .find(|at| !text.get(..*at).unwrap_or("").ends_with([':', '"', '\'']));
    let block = text.find("/*");
    let html = text.find("<!--");
    [(line, "\n"), (block, "*/"), (html, "-->")]
        .into_iter()
        .filter_map(|(at, end)| Some((at?, end)))
        .min()
}

#[cfg(test)]
mod tests {
    use super::super::finding::seen;
    use super::*;

    fn check_one(source: &str, expected: &[&str]) {
        assert_eq!(seen(&check("ui/src/views/A.svelte", source)), expected, "{source}");
    }

    #[test]
    fn raw_colours_are_caught() {
        check_one("\n  color: #6a4fd6;", &["2: the raw colour #6a4fd6"]);
        check_one("background:#fff", &["1: the raw colour #fff"]);
        check_one("<path fill=\"#0c8189\"/>", &["1: the raw colour #0c8189"]);
        check_one("border: 1px solid rgb(0 0 0 / 10%)", &["1: the raw colour rgb(…)"]);
        check_one("color: hsla(1, 2%, 3%, 0.5)", &["1: the raw colour hsla(…)"]);
        assert!(check("ui/src/styles/tokens.css", "--m: #6a4fd6;").is_empty());
        assert_eq!(check("ui/src/styles/app.css", "a { color: #abc }").len(), 1);
        assert!(check("ui/src/lib/a.ts", "const id = '#abc';").is_empty());
    }

    #[test]
    fn blocks_addresses_and_comments_are_not_colours() {
        check_one("{#each cards as card}{#if card}{/if}{/each}", &[]);
        check_one(
            "<a href=\"#add\">x</a> <use clip-path=\"url(#abc)\"/> &#123; this.#bad = 1",
            &[],
        );
        check_one("/* was #fff */ <!-- #123 --> // see #456\nfont: var(--x)", &[]);
        check_one("/* a\n b */ color: #fff", &["2: the raw colour #fff"]);
        check_one("x: 'https://example.org'; color: #fff", &["1: the raw colour #fff"]);
    }
}
