//! Eight weekly counts, and whether they grow.

use crate::groups::WEEKS;

const WEEK_MS: i64 = 7 * 24 * 60 * 60 * 1000;
/// Growth is held between a quarter and four: three reports after none are no explosion.
const MOST_GROWTH: f64 = 4.0;

/// Reports in each of the eight weeks that end at `until_ms`, the end itself included.
pub fn weeks(times: impl Iterator<Item = i64>, until_ms: i64) -> [u32; WEEKS] {
    let mut counts = [0; WEEKS];
    for time in times {
        let Some(age) = until_ms.checked_sub(time).filter(|age| *age >= 0) else {
            continue;
        };
        let weeks_ago = usize::try_from(age / WEEK_MS).unwrap_or(usize::MAX);
        let place = WEEKS.checked_sub(weeks_ago.saturating_add(1));
        if let Some(count) = place.and_then(|place| counts.get_mut(place)) {
            *count += 1;
        }
    }
    counts
}

/// The last four weeks against the four before, one added to both.
pub fn growth(weeks: &[u32; WEEKS]) -> f64 {
    let (before, last) = weeks.split_at(WEEKS / 2);
    let sum = |weeks: &[u32]| f64::from(weeks.iter().sum::<u32>()) + 1.0;
    (sum(last) / sum(before)).clamp(1.0 / MOST_GROWTH, MOST_GROWTH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_are_counted_from_their_end() {
        let times = [
            0,
            -1,
            -WEEK_MS + 1,
            -WEEK_MS,
            -8 * WEEK_MS + 1,
            -8 * WEEK_MS,
            1,
            i64::MIN,
        ];
        assert_eq!(weeks(times.into_iter(), 0), [1, 0, 0, 0, 0, 0, 1, 3]);
        assert_eq!(weeks([0].into_iter(), i64::MIN), [0; WEEKS]);
    }

    #[test]
    fn growth_is_bounded() {
        assert_eq!(growth(&[0; WEEKS]), 1.0);
        assert_eq!(growth(&[1, 1, 1, 0, 2, 2, 2, 1]), 2.0);
        assert_eq!(growth(&[0, 0, 0, 0, 0, 0, 0, 90]), 4.0);
        assert_eq!(growth(&[90, 0, 0, 0, 0, 0, 0, 0]), 0.25);
    }
}
