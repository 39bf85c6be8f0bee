//! Cells that are HTML, as plain text: many help desks export the bodies of their tickets so.
//!
//! **Only what clearly is HTML.** A cell counts as HTML when a tag that is known here closes around some text, or when it has
//! line breaks of HTML in two places. `a < b`, `<3`, `<jane@example.com>` and code in angle brackets are left as they are,
//! and so is a sentence that names a single tag. In a cell that does count, unknown tags still stay.
//!
//! Every byte is looked at a fixed number of times, whatever the cell holds.

mod entities;
mod tags;

use entities::entity;
use tags::{Place, Scanner};

/// The text of a cell that is HTML; `None` for every other cell.
pub(crate) fn plain(text: &str) -> Option<String> {
    if !text.contains('<') || !is_html(text) {
        return None;
    }
    let mut out = Out::default();
    let mut scanner = Scanner::new(text);
    let mut links: Vec<(usize, &str)> = Vec::new();
    while let Some((before, tag)) = scanner.next_tag() {
        out.text(before);
        match (tag.place(), tag.closes) {
            (Place::Line, _) => out.breaks(1),
            (Place::Paragraph, _) => out.breaks(2),
            (Place::Item, false) => {
                out.breaks(1);
                out.text("- ");
            }
            (Place::Item, true) => out.breaks(1),
            (Place::Cell, true) => out.space(),
            (Place::Cell | Place::Inline | Place::Link, false) | (Place::Inline, true) => {}
            (Place::Link, true) => {
                if let Some((from, href)) = links.pop() {
                    out.target(from, href);
                }
            }
            (Place::Kept, closes) => {
                out.breaks(2);
                out.kept += if closes { -1 } else { 1 };
            }
        }
        if let (Place::Link, false, Some(href)) = (tag.place(), tag.closes, tag.href()) {
            links.push((out.text.len(), href));
        }
    }
    out.text(scanner.rest());
    Some(out.text.trim().to_owned())
}

/// Whether a cell counts as HTML (see the file's header).
fn is_html(text: &str) -> bool {
    let mut scanner = Scanner::new(text);
    let mut open: Vec<&'static str> = Vec::new();
    let (mut filled, mut breaks) = (false, 0);
    while let Some((before, tag)) = scanner.next_tag() {
        filled |= !before.trim().is_empty();
        match (tag.name, tag.closes) {
            ("br", _) => breaks += 1,
            (name, false) if open.len() < DEPTH => {
                open.push(name);
                filled = false;
            }
            (_, false) => {}
            (name, true) => {
                let at = open.iter().rposition(|known| *known == name);
                if let Some(at) = at {
                    if filled {
                        return true;
                    }
                    open.truncate(at);
                }
            }
        }
        if breaks >= 2 {
            return true;
        }
    }
    false
}

/// Tags that may be open within each other; deeper ones are not looked at when it is decided whether a cell is HTML.
const DEPTH: usize = 64;

/// Text in the making: blanks count once, line breaks where tags make them.
#[derive(Default)]
struct Out {
    text: String,
    /// Depth of elements whose line breaks are kept.
    kept: i32,
}

impl Out {
    fn text(&mut self, html: &str) {
        let mut rest = html;
        while let Some(c) = rest.chars().next() {
            if c == '&'
                && let Some((decoded, len)) = entity(rest)
            {
                self.push(decoded);
                rest = rest.get(len..).unwrap_or_default();
                continue;
            }
            self.push(c);
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
    }

    fn push(&mut self, c: char) {
        match c {
            c if self.kept > 0 => self.text.push(c),
            '\u{a0}' => self.text.push(' '),
            c if c.is_whitespace() => self.space(),
            c => self.text.push(c),
        }
    }

    fn space(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with([' ', '\n']) {
            self.text.push(' ');
        }
    }

    /// At least so many line breaks, at most two, and none at the beginning.
    fn breaks(&mut self, wanted: usize) {
        let len = self.text.trim_end_matches(' ').len();
        self.text.truncate(len);
        if self.text.is_empty() {
            return;
        }
        if self.text == "-" || self.text.ends_with("\n-") {
            return self.text.push(' '); // an item's own paragraph
        }
        let there = self.text.bytes().rev().take(2).take_while(|b| *b == b'\n').count();
        self.text
            .push_str("\n\n".get(there..wanted.max(there)).unwrap_or_default());
    }

    /// Where a link goes, unless its words say so.
    fn target(&mut self, from: usize, href: &str) {
        let words = self.text.get(from..).unwrap_or_default();
        let is_said = words.trim().trim_end_matches('/') == href.trim_end_matches('/');
        let is_web = href.starts_with("http://") || href.starts_with("https://");
        if is_web && !is_said && !words.trim().is_empty() {
            self.text.push_str(" (");
            self.text(href);
            self.text.push(')');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, expected: &str) {
        assert_eq!(plain(html).as_deref(), Some(expected), "{html}");
    }

    #[test]
    fn bodies_of_help_desks_become_text_with_line_breaks() {
        check(
            "<p>hello I am not very sucessful  </p><p><br> </p><p>Thanks </p>",
            "hello I am not very sucessful\n\nThanks",
        );
        check("Hello<br/>there<br>you", "Hello\nthere\nyou");
        check("<div>One</div><div>Two &amp; three</div>", "One\nTwo & three");
        check("<ul><li>a</li><li>b</li></ul><b>c</b>", "- a\n- b\n\nc");
        check(
            "<table><tr><td>a</td><td>1</td></tr><tr><td>b</td></tr></table>",
            "a 1\nb",
        );
        check("<ol><li><p>a</p></li><li>b</li></ol>", "- a\n\n- b");
        check("<pre>if a\n  b</pre>\n<p>x\n y</p>", "if a\n  b\n\nx y");
        check("<P STYLE=\"a>b\">Gr&uuml;&szlig;e &#8364;&#x41; &nbsp;</P>", "Grüße €A");
        check("<p>a &lt;b&gt; &amp;lt; &unknown; & c</p>", "a <b> &lt; &unknown; & c");
        check(
            "<span>see <a href='https://x.de/1'>this page</a></span>",
            "see this page (https://x.de/1)",
        );
        check("<p><a href=\"https://x.de/\">https://x.de</a></p>", "https://x.de");
        check(
            "<style>p{color:red}</style><p>a</p><!-- <p>no</p> --><script>x<y</script>",
            "a",
        );
        check(
            "<!DOCTYPE html><html><head><title>t</title></head><body>a</body></html>",
            "a",
        );
        check(
            "<p>kept: <Vec<u8>>, a < b, <3, <jane@x.de>, <foo></p>",
            "kept: <Vec<u8>>, a < b, <3, <jane@x.de>, <foo>",
        );
        check("<p>if x <b and c> d</p>", "if x <b and c> d");
    }

    #[test]
    fn what_is_not_clearly_html_is_left_alone() {
        for text in [
            "a < b and c > d",
            "I <3 it",
            "Use the <br> tag",
            "Write <div></div> around it",
            "Vec<Option<b>> does not compile",
            "mail <jane@example.com>",
            "<unknown>text</unknown>",
            "Tom &amp; Jerry",
            "<p unclosed",
            "</p>",
            "<>",
            "<",
            "",
        ] {
            assert_eq!(plain(text), None, "{text}");
        }
    }

    #[test]
    fn hostile_cells_take_time_in_proportion_to_their_length() {
        let start = std::time::Instant::now();
        for piece in [
            "<",
            "<p",
            "<p ",
            "<p \"",
            "<!--",
            "<style>",
            "<a href=\"",
            "<b><i>",
            "</b>",
            "&",
            "&#",
            "<p>x</p>",
            "<a href='https://x'>",
        ] {
            let text = format!("<p>x</p>{}", piece.repeat(2_000_000 / piece.len()));
            let _ = plain(&text);
        }
        assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
    }
}
