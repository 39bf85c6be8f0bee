//! Characters by name or number: what exports write, not the two thousand names there are.

/// Longest that is looked at, `&` and `;` included.
const MAX_LEN: usize = 12;

const NAMED: &[(&str, char)] = &[
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", '\u{a0}'),
    ("hellip", '…'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("sbquo", '‚'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("bdquo", '„'),
    ("laquo", '«'),
    ("raquo", '»'),
    ("bull", '•'),
    ("middot", '·'),
    ("euro", '€'),
    ("pound", '£'),
    ("yen", '¥'),
    ("cent", '¢'),
    ("copy", '©'),
    ("reg", '®'),
    ("trade", '™'),
    ("deg", '°'),
    ("sect", '§'),
    ("times", '×'),
    ("szlig", 'ß'),
    ("aelig", 'æ'),
    ("AElig", 'Æ'),
    ("oslash", 'ø'),
    ("Oslash", 'Ø'),
    ("aring", 'å'),
    ("Aring", 'Å'),
    ("ccedil", 'ç'),
    ("Ccedil", 'Ç'),
    ("ntilde", 'ñ'),
    ("Ntilde", 'Ñ'),
];

/// Letters with an accent are called by both: `&eacute;`.
const ACCENTS: &[(&str, &str, &str)] = &[
    ("uml", "aeiouyAEIOU", "äëïöüÿÄËÏÖÜ"),
    ("acute", "aeiouyAEIOUY", "áéíóúýÁÉÍÓÚÝ"),
    ("grave", "aeiouAEIOU", "àèìòùÀÈÌÒÙ"),
    ("circ", "aeiouAEIOU", "âêîôûÂÊÎÔÛ"),
    ("tilde", "aoAO", "ãõÃÕ"),
];

/// The character that `text` begins with by name or number, and the bytes of that.
pub(super) fn entity(text: &str) -> Option<(char, usize)> {
    let len = text.bytes().take(MAX_LEN).position(|b| b == b';')? + 1;
    let name = text.get(1..len - 1)?;
    let found = match name.strip_prefix('#') {
        Some(number) => numbered(number)?,
        None => NAMED
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, c)| *c)
            .or_else(|| accented(name))?,
    };
    Some((found, len))
}

fn numbered(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    char::from_u32(code).filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
}

fn accented(name: &str) -> Option<char> {
    let mut chars = name.chars();
    let letter = chars.next()?;
    let (_, plain, marked) = ACCENTS.iter().find(|(accent, ..)| *accent == chars.as_str())?;
    let at = plain.chars().position(|c| c == letter)?;
    marked.chars().nth(at)
}
