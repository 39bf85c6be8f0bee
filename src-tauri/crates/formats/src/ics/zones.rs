//! What zone a TZID means: an IANA name, an IANA name with a vendor's prefix, the VTIMEZONE's own hint, or a Windows
//! name as Outlook writes it.

use sidedesk_domain::time::Tz;
use std::collections::HashMap;

/// The zones of one file.
pub(crate) struct Zones {
    hints: HashMap<String, String>,
    fallback: Tz,
}

impl Zones {
    /// `hints` come from X-LIC-LOCATION; `fallback` is for floating times and unknown names.
    pub fn new(hints: HashMap<String, String>, fallback: Tz) -> Self {
        Self { hints, fallback }
    }

    /// The zone of floating times.
    pub fn floating(&self) -> Tz {
        self.fallback
    }

    /// The zone of this name, unless nobody knows it.
    pub fn find(&self, id: &str) -> Option<Tz> {
        let hinted = self.hints.get(id).and_then(|name| by_name(name));
        by_name(id).or(hinted).or_else(|| windows(id))
    }
}

/// `Europe/Berlin`, `/freeassociation.sourceforge.net/Tzfile/Europe/Berlin`, `europe/berlin`.
fn by_name(id: &str) -> Option<Tz> {
    let mut rest = id.trim().trim_matches('"').trim_start_matches('/');
    loop {
        if let Ok(zone) = rest.parse() {
            return Some(zone);
        }
        if let Some(zone) = chrono_tz::TZ_VARIANTS
            .iter()
            .find(|zone| zone.name().eq_ignore_ascii_case(rest))
        {
            return Some(*zone);
        }
        rest = rest.split_once('/')?.1;
    }
}

/// Outlook's names for the zones most people live in (Unicode CLDR, windowsZones).
const WINDOWS: &[(&str, Tz)] = &[
    ("GMT Standard Time", Tz::Europe__London),
    ("Greenwich Standard Time", Tz::Atlantic__Reykjavik),
    ("W. Europe Standard Time", Tz::Europe__Berlin),
    ("Romance Standard Time", Tz::Europe__Paris),
    ("Central Europe Standard Time", Tz::Europe__Budapest),
    ("Central European Standard Time", Tz::Europe__Warsaw),
    ("E. Europe Standard Time", Tz::Europe__Chisinau),
    ("FLE Standard Time", Tz::Europe__Kyiv),
    ("GTB Standard Time", Tz::Europe__Bucharest),
    ("Turkey Standard Time", Tz::Europe__Istanbul),
    ("Russian Standard Time", Tz::Europe__Moscow),
    ("Israel Standard Time", Tz::Asia__Jerusalem),
    ("South Africa Standard Time", Tz::Africa__Johannesburg),
    ("Egypt Standard Time", Tz::Africa__Cairo),
    ("Arabian Standard Time", Tz::Asia__Dubai),
    ("Arab Standard Time", Tz::Asia__Riyadh),
    ("India Standard Time", Tz::Asia__Kolkata),
    ("China Standard Time", Tz::Asia__Shanghai),
    ("Singapore Standard Time", Tz::Asia__Singapore),
    ("Tokyo Standard Time", Tz::Asia__Tokyo),
    ("Korea Standard Time", Tz::Asia__Seoul),
    ("AUS Eastern Standard Time", Tz::Australia__Sydney),
    ("E. Australia Standard Time", Tz::Australia__Brisbane),
    ("W. Australia Standard Time", Tz::Australia__Perth),
    ("New Zealand Standard Time", Tz::Pacific__Auckland),
    ("Eastern Standard Time", Tz::America__New_York),
    ("Central Standard Time", Tz::America__Chicago),
    ("Mountain Standard Time", Tz::America__Denver),
    ("US Mountain Standard Time", Tz::America__Phoenix),
    ("Pacific Standard Time", Tz::America__Los_Angeles),
    ("Atlantic Standard Time", Tz::America__Halifax),
    ("E. South America Standard Time", Tz::America__Sao_Paulo),
    ("Argentina Standard Time", Tz::America__Argentina__Buenos_Aires),
    ("Central Standard Time (Mexico)", Tz::America__Mexico_City),
    ("UTC", Tz::UTC),
];

fn windows(id: &str) -> Option<Tz> {
    let id = id.trim();
    WINDOWS
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(id))
        .map(|(_, zone)| *zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vendors_names_mean_zones() {
        let hints = HashMap::from([("Custom 1".to_owned(), "Asia/Tokyo".to_owned())]);
        let zones = Zones::new(hints, Tz::UTC);
        let check = |id: &str, zone: Option<Tz>| assert_eq!(zones.find(id), zone, "{id}");
        check("Europe/Berlin", Some(Tz::Europe__Berlin));
        check("US/Pacific", Some(Tz::US__Pacific));
        check(
            "/freeassociation.sourceforge.net/Europe/Berlin",
            Some(Tz::Europe__Berlin),
        );
        check("/mozilla.org/20050126_1/america/new_york", Some(Tz::America__New_York));
        check("W. Europe Standard Time", Some(Tz::Europe__Berlin));
        check("Custom 1", Some(Tz::Asia__Tokyo));
        check("Middle Earth", None);
    }
}
