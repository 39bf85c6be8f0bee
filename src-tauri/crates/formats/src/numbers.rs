//! Whole numbers as people write them: `1,200`, `1.200`, `1 200`, `12 000,50`. Which sign parts the decimals is judged
//! over the whole column.

/// Votes on the decimal sign.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct NumberVotes {
    comma: u32,
    point: u32,
}

impl NumberVotes {
    /// A sign that stands alone and is not followed by exactly three digits parts decimals; of two, the last one does.
    pub fn count(&mut self, text: &str) {
        let digits = text.trim().trim_start_matches(['-', '+']);
        let (comma, point) = (digits.matches(',').count(), digits.matches('.').count());
        let after = |sign| digits.rsplit(sign).next().map_or(0, str::len);
        match (comma, point) {
            (0, 0) => {}
            (1, 0) if after(',') != 3 => self.comma += 1,
            (0, 1) if after('.') != 3 => self.point += 1,
            (0, many) if many > 1 => self.comma += 1,
            (many, 0) if many > 1 => self.point += 1,
            (1, 0) | (0, 1) => {}
            _ if digits.rfind(',') > digits.rfind('.') => self.comma += 1,
            _ => self.point += 1,
        }
    }

    /// The decimal sign; a point when nothing decides.
    pub fn decimal(self) -> char {
        if self.comma > self.point { ',' } else { '.' }
    }
}

/// The number, rounded to a whole one; blanks, apostrophes, currency signs and a trailing `k` or `m` are understood.
pub(crate) fn parse(text: &str, decimal: char) -> Option<i64> {
    let lower = text.trim().to_lowercase();
    let core = lower.trim_matches(|c: char| matches!(c, '$' | '€' | '£' | '~' | '+') || c.is_whitespace());
    let (core, factor) = match (core.strip_suffix('k'), core.strip_suffix('m')) {
        (Some(core), _) => (core, 1_000.0),
        (_, Some(core)) => (core, 1_000_000.0),
        _ => (core, 1.0),
    };
    let mut plain = String::new();
    for c in core.trim().chars() {
        match c {
            '0'..='9' | '-' => plain.push(c),
            c if c == decimal => plain.push('.'),
            ',' | '.' | '\'' | '’' | '_' | ' ' | '\u{a0}' | '\u{202f}' => {}
            _ => return None,
        }
    }
    let number: f64 = plain.parse().ok()?;
    let whole = (number * factor).round();
    (whole.abs() < 9e15).then_some(whole as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_column_decides_the_sign() {
        let check = |column: &[&str], expected: &[i64]| {
            let mut votes = NumberVotes::default();
            column.iter().for_each(|cell| votes.count(cell));
            let got: Vec<i64> = column.iter().filter_map(|cell| parse(cell, votes.decimal())).collect();
            assert_eq!(got, expected, "{column:?}");
        };
        check(&["1,200", "3,400.50"], &[1_200, 3_401]);
        check(&["1.200", "3.400,50"], &[1_200, 3_401]);
        check(&["1.200", "2.000.000"], &[1_200, 2_000_000]);
        check(&["1 200", "€ 5", "12k", "-3"], &[1_200, 5, 12_000, -3]);
        check(&["1,5", "2,25"], &[2, 2]);
        check(&["1.5m", "many", ""], &[1_500_000]);
    }
}
