//! Recurrence rules of vCalendar 1.0 (`W2 MO WE #10`) as the iCalendar rules that they mean.
//!
//! A rule is a letter or two for the frequency with the interval, then what it is repeated by, then `#` and a count (0 is
//! for ever) or the last date. Without either it is two dates, as the format says. A rule within a rule is not read.

/// The rule in the words of iCalendar; `None` when it is not one of vCalendar 1.0.
pub(super) fn translated(rule: &str) -> Option<String> {
    let upper = rule.trim().to_ascii_uppercase();
    let mut words = upper.split_whitespace();
    let head = words.next()?;
    let letters = head.len() - head.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
    let (kind, interval) = (head.get(..letters)?, head.get(letters..)?);
    let interval: u16 = interval.parse().ok().filter(|interval| *interval > 0)?;
    let (frequency, by) = match kind {
        "D" => ("DAILY", None),
        "W" => ("WEEKLY", Some("BYDAY")),
        "MD" => ("MONTHLY", Some("BYMONTHDAY")),
        "MP" => ("MONTHLY", Some("BYDAY")),
        "YM" => ("YEARLY", Some("BYMONTH")),
        "YD" => ("YEARLY", Some("BYYEARDAY")),
        _ => return None,
    };
    let mut end = Some("COUNT=2".to_owned());
    let (mut items, mut weeks, mut open) = (Vec::new(), Vec::new(), false);
    for word in words {
        match word.strip_prefix('#') {
            Some("0") => end = None,
            Some(count) => end = Some(format!("COUNT={}", count.parse::<u16>().ok()?)),
            None if word.len() >= 8 && word.starts_with(|c: char| c.is_ascii_digit()) => {
                end = Some(format!("UNTIL={word}"));
            }
            // `1+ 1- MO TU`: the first and the last Monday, and the same Tuesdays.
            None if kind == "MP" && word.ends_with(['+', '-']) => {
                if !open {
                    weeks.clear();
                }
                weeks.push(signed(word)?);
                open = true;
                continue;
            }
            None if word == "LD" => items.push("-1".to_owned()),
            None if weeks.is_empty() && by == Some("BYDAY") => items.push(word.to_owned()),
            None if by == Some("BYDAY") => items.extend(weeks.iter().map(|week| format!("{week}{word}"))),
            None => items.push(signed(word)?),
        }
        open = false;
    }
    let mut translated = format!("FREQ={frequency};INTERVAL={interval}");
    if let (Some(by), false) = (by, items.is_empty()) {
        translated = format!("{translated};{by}={}", items.join(","));
    }
    Some(end.map_or(translated.clone(), |end| format!("{translated};{end}")))
}

/// `5` and `5+` are 5, `5-` is -5.
fn signed(word: &str) -> Option<String> {
    let digits = word.trim_end_matches(['+', '-']);
    let number: u16 = digits.parse().ok()?;
    let sign = if word.ends_with('-') { "-" } else { "" };
    Some(format!("{sign}{number}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_rules_are_translated() {
        let check = |old: &str, new: Option<&str>| assert_eq!(translated(old).as_deref(), new, "{old}");
        check("D1 #10", Some("FREQ=DAILY;INTERVAL=1;COUNT=10"));
        check(
            "d2 19991224T000000Z",
            Some("FREQ=DAILY;INTERVAL=2;UNTIL=19991224T000000Z"),
        );
        check("W2 TU TH #0", Some("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH"));
        check(
            "MD1 2 3- LD",
            Some("FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=2,-3,-1;COUNT=2"),
        );
        check(
            "MP1 1+ 1- FR #6",
            Some("FREQ=MONTHLY;INTERVAL=1;BYDAY=1FR,-1FR;COUNT=6"),
        );
        check("MP2 2+ MO TU #3", Some("FREQ=MONTHLY;INTERVAL=2;BYDAY=2MO,2TU;COUNT=3"));
        check(
            "MP1 1+ MO 3- TU",
            Some("FREQ=MONTHLY;INTERVAL=1;BYDAY=1MO,-3TU;COUNT=2"),
        );
        check("YM1 6 7 #8", Some("FREQ=YEARLY;INTERVAL=1;BYMONTH=6,7;COUNT=8"));
        check("YD5 1 100", Some("FREQ=YEARLY;INTERVAL=5;BYYEARDAY=1,100;COUNT=2"));
        for none in ["", "FREQ=DAILY", "D", "D0", "X1", "D1 M", "W1 #x", "ü1", "D99999"] {
            check(none, None);
        }
    }
}
