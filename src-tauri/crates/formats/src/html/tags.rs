//! Tags that are known, one after the other. What looks like one and is not is text.

/// Where an element stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Within a line.
    Inline,
    /// A link, within a line.
    Link,
    /// In a line of its own.
    Line,
    /// In a paragraph of its own.
    Paragraph,
    /// An item of a list.
    Item,
    /// Beside others, in the line of a table.
    Cell,
    /// In a paragraph of its own that keeps its line breaks.
    Kept,
}

const KNOWN: &[(&str, Place)] = &[
    ("a", Place::Link),
    ("abbr", Place::Inline),
    ("article", Place::Paragraph),
    ("b", Place::Inline),
    ("big", Place::Inline),
    ("blockquote", Place::Paragraph),
    ("body", Place::Line),
    ("br", Place::Line),
    ("center", Place::Line),
    ("code", Place::Inline),
    ("dd", Place::Line),
    ("del", Place::Inline),
    ("div", Place::Line),
    ("dl", Place::Paragraph),
    ("dt", Place::Line),
    ("em", Place::Inline),
    ("figure", Place::Paragraph),
    ("font", Place::Inline),
    ("footer", Place::Paragraph),
    ("h1", Place::Paragraph),
    ("h2", Place::Paragraph),
    ("h3", Place::Paragraph),
    ("h4", Place::Paragraph),
    ("h5", Place::Paragraph),
    ("h6", Place::Paragraph),
    ("header", Place::Paragraph),
    ("hr", Place::Paragraph),
    ("html", Place::Line),
    ("i", Place::Inline),
    ("img", Place::Inline),
    ("ins", Place::Inline),
    ("kbd", Place::Inline),
    ("li", Place::Item),
    ("link", Place::Inline),
    ("mark", Place::Inline),
    ("meta", Place::Inline),
    ("o:p", Place::Inline),
    ("ol", Place::Paragraph),
    ("p", Place::Paragraph),
    ("pre", Place::Kept),
    ("s", Place::Inline),
    ("section", Place::Paragraph),
    ("small", Place::Inline),
    ("span", Place::Inline),
    ("strike", Place::Inline),
    ("strong", Place::Inline),
    ("sub", Place::Inline),
    ("sup", Place::Inline),
    ("table", Place::Paragraph),
    ("tbody", Place::Inline),
    ("td", Place::Cell),
    ("tfoot", Place::Inline),
    ("th", Place::Cell),
    ("thead", Place::Inline),
    ("tr", Place::Line),
    ("tt", Place::Inline),
    ("u", Place::Inline),
    ("ul", Place::Paragraph),
];

/// What is left out with everything in it, by how it opens and closes. The opening one is compared without its case.
const LEFT_OUT: &[(&str, &str)] = &[
    ("<!--", "-->"),
    ("<!doctype", ">"),
    ("<head>", "</head>"),
    ("<style", "</style>"),
    ("<script", "</script>"),
    ("<title", "</title>"),
];

/// A tag that is known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tag<'a> {
    /// In small letters.
    pub name: &'static str,
    /// `</p>`.
    pub closes: bool,
    place: Place,
    rest: &'a str,
}

impl<'a> Tag<'a> {
    /// Where its element stands.
    pub fn place(&self) -> Place {
        self.place
    }

    /// Where a link goes.
    pub fn href(&self) -> Option<&'a str> {
        let (_, value) = self.rest.split_once("href=")?;
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        Some(value.get(1..)?.split(quote).next()?.trim())
    }
}

/// Reads tags and the text between them.
pub(super) struct Scanner<'a> {
    text: &'a str,
    /// From here on nothing was given out.
    from: usize,
    /// From here on nothing was looked at.
    at: usize,
    /// A quote does not close behind here: quotes are signs like any other. Else each would cost a look at all the rest.
    quotes_broken: bool,
    /// What opens in a way of [`LEFT_OUT`] that does not close behind here.
    never_closes: [bool; LEFT_OUT.len()],
}

impl<'a> Scanner<'a> {
    /// From the beginning.
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            from: 0,
            at: 0,
            quotes_broken: false,
            never_closes: [false; LEFT_OUT.len()],
        }
    }

    /// The next tag, with the text before it.
    pub fn next_tag(&mut self) -> Option<(&'a str, Tag<'a>)> {
        loop {
            self.at += self.text.get(self.at..)?.find('<')?;
            if let Some(end) = self.left_out() {
                let before = self.text.get(self.from..self.at)?;
                (self.from, self.at) = (end, end);
                // Stands for what is left out; it changes nothing.
                let (name, place) = ("o:p", Place::Inline);
                let rest = "";
                let closes = false;
                return Some((
                    before,
                    Tag {
                        name,
                        closes,
                        place,
                        rest,
                    },
                ));
            }
            match self.tag() {
                Some((tag, end)) => {
                    let before = self.text.get(self.from..self.at)?;
                    (self.from, self.at) = (end, end);
                    return Some((before, tag));
                }
                None => self.at += 1,
            }
        }
    }

    /// The text behind the last tag.
    pub fn rest(&self) -> &'a str {
        self.text.get(self.from..).unwrap_or_default()
    }

    /// The end of what is left out from here on, if something is.
    fn left_out(&mut self) -> Option<usize> {
        let here = self.text.get(self.at..)?;
        for ((opens, closes), never) in LEFT_OUT.iter().zip(&mut self.never_closes) {
            let is_here = here
                .get(..opens.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(opens));
            if !is_here || *never {
                continue;
            }
            match here.find(closes) {
                Some(at) => return Some(self.at + at + closes.len()),
                None => *never = true,
            }
        }
        None
    }

    fn tag(&mut self) -> Option<(Tag<'a>, usize)> {
        let inner = self.text.get(self.at + 1..)?;
        let closes = inner.starts_with('/');
        let named = inner.get(usize::from(closes)..)?;
        let name_len = named
            .bytes()
            .take(LONGEST_NAME + 1)
            .take_while(|b| b.is_ascii_alphanumeric() || *b == b':')
            .count();
        let name = named.get(..name_len)?;
        let (name, place) = *KNOWN.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        let behind = named.get(name_len..)?;
        if !behind.starts_with([' ', '\n', '\t', '\r', '/', '>']) {
            return None;
        }
        let len = self.end_of(behind)?;
        let rest = behind.get(..len)?;
        let bare = rest.trim().trim_matches('/').is_empty();
        if !bare && !rest.contains('=') {
            // `x <b and c> d`; what was long to look at is not looked at so again.
            self.quotes_broken |= rest.len() > LONG_TAG;
            return None;
        }
        let end = self.at + 1 + usize::from(closes) + name_len + len + 1;
        Some((
            Tag {
                name,
                closes,
                place,
                rest,
            },
            end,
        ))
    }

    /// Bytes up to the `>` that is in no quotes.
    fn end_of(&mut self, behind: &str) -> Option<usize> {
        if !self.quotes_broken {
            let mut quote = None;
            for (at, byte) in behind.bytes().enumerate() {
                match (quote, byte) {
                    (None, b'>') => return Some(at),
                    (None, b'<') => return None,
                    (None, b'"' | b'\'') => quote = Some(byte),
                    (Some(open), byte) if open == byte => quote = None,
                    _ => {}
                }
            }
            self.quotes_broken = true;
        }
        let at = behind.find(['<', '>'])?;
        behind.get(at..)?.starts_with('>').then_some(at)
    }
}

/// Bytes of a tag's attributes that are nothing to speak of.
const LONG_TAG: usize = 4096;
/// `blockquote`.
const LONGEST_NAME: usize = 10;
