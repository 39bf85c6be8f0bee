//! Evidence in plain English, for scripts and the command line. Windows have their own words, made from the same data.

use crate::dto::EvidenceDto;
use sidedesk_domain::clash::{Evidence, NotChecked};
use sidedesk_domain::scope::Dimension;

pub(crate) fn sentence(evidence: &Evidence) -> String {
    match evidence {
        Evidence::Same {
            dimension: Dimension::Product,
            values,
        } => format!("Same product: {}", values.join(", ")),
        Evidence::Same { dimension, values } => {
            format!("Same {}: {}", dimension.name().replace('_', "-"), values.join(", "))
        }
        Evidence::Volume { last7, usual } => format!("{last7} in 7 days, usually {usual}"),
        Evidence::Severity(severity) => format!("Severity {severity} of 5"),
        Evidence::StartsIn(minutes) => format!("Starts in {}", span(*minutes)),
        Evidence::Live => "It is out now".into(),
        Evidence::Reach(people) => format!("{people} people get it"),
    }
}

/// Two units are enough: "2 d 4 h", "3 h 10 min", "25 min".
pub(crate) fn span(minutes: i64) -> String {
    let (days, hours, rest) = (minutes / 1440, minutes % 1440 / 60, minutes % 60);
    match (days, hours, rest) {
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, 0) => format!("{hours} h"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, 0, _) => format!("{days} d"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}

pub(crate) fn evidence_dto(evidence: &Evidence) -> EvidenceDto {
    match evidence {
        Evidence::Same { dimension, values } => EvidenceDto::Same {
            dimension: dimension.name().into(),
            values: values.clone(),
        },
        Evidence::Volume { last7, usual } => EvidenceDto::Volume {
            last7: *last7,
            usual: *usual,
        },
        Evidence::Severity(severity) => EvidenceDto::Severity { severity: *severity },
        Evidence::StartsIn(minutes) => EvidenceDto::StartsIn { minutes: *minutes },
        Evidence::Live => EvidenceDto::Live,
        Evidence::Reach(people) => EvidenceDto::Reach { people: *people },
    }
}

pub(crate) fn reason(why: NotChecked) -> &'static str {
    match why {
        NotChecked::CampaignWithoutProduct => "campaign_without_product",
        NotChecked::CampaignWithoutStart => "campaign_without_start",
        NotChecked::ComplaintWithoutProduct => "complaint_without_product",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_have_two_units() {
        for (minutes, expected) in [
            (0, "0 min"),
            (25, "25 min"),
            (60, "1 h"),
            (190, "3 h 10 min"),
            (52 * 60, "2 d 4 h"),
        ] {
            assert_eq!(span(minutes), expected);
        }
    }
}
