//! The first story whole: a campaign here, tickets there, one clash on both; then the hub is away and both go on.

use serde_json::Value;
use sidedesk_tests::device::{Device, foreign};
use sidedesk_tests::hub::Hub;

/// A marketing device that shares its board, and a support device that joined by its code.
pub fn pair(hub: &Hub) -> (Device, Device) {
    let (marketing, support) = (Device::founded("marketing"), Device::new());
    marketing.share_with(&support, hub.address());
    (marketing, support)
}

/// `newcomer` joins by a code while `lead` is online.
pub fn join(lead: &Device, newcomer: &Device, code: &str, function: &str) {
    lead.let_in(newcomer, code, function);
}

/// Both send and fetch until nothing is left, and must show the same then.
pub fn agree(devices: &[&Device]) {
    for device in devices.iter().chain(devices) {
        device.sync();
    }
    let shown: Vec<_> = devices.iter().map(|device| device.verified()).collect();
    assert!(shown.windows(2).all(|pair| pair[0] == pair[1]), "{shown:#?}");
}

/// A field's rivals: (value, who) of each, the shown one first.
pub fn rivals(card: &Value, field: &str) -> Vec<(String, String)> {
    let of = |value: &Value, name: &str| value[name].as_str().unwrap_or("").to_owned();
    let contested = card["rivals"]
        .as_array()
        .unwrap()
        .iter()
        .find(|rival| rival["field"] == field);
    let values = contested
        .map(|rival| rival["values"].as_array().unwrap().clone())
        .unwrap_or_default();
    values
        .iter()
        .map(|value| (of(value, "value"), of(value, "by")))
        .collect()
}

const PRODUCT: &str = "Charged fees or interest you didn't expect";
const AT: &str = "2023-07-20T09:00:00Z";

#[test]
fn two_desks_see_one_clash_and_keep_both_values_while_the_hub_is_away() {
    let mut hub = Hub::start();
    let (marketing, support) = pair(&hub);

    // One posts a campaign, the other imports tickets and makes a complaint of some of them.
    let product = format!("product={PRODUCT}");
    let when = ["start=2023-07-22 14:00", "end=2023-07-30 22:00"];
    let campaign = marketing.add(
        "campaign",
        "No fees in July",
        &[when[0], when[1], &product, "region=EU"],
    );
    let other = marketing.add("campaign", "Autumn preview", &["start=2023-09-01", "product=Cards"]);
    marketing.sync();
    let file = foreign("zendesk_view_export_layout.csv");
    let imported = support.json(["import", &file, "--map", "Ticket Category [list]=product"]);
    assert_eq!(
        (&imported["rows"], &imported["new"]),
        (&250.into(), &250.into()),
        "{imported}"
    );
    let complaint = support.add(
        "complaint",
        "Fees nobody expected",
        &[
            "severity=4",
            "state=confirmed",
            &product,
            "region=EU",
            "opened=2023-07-01",
        ],
    );
    let found = support.json(["search", "charged", "fees"]);
    let reports: Vec<&str> = found
        .as_array()
        .unwrap()
        .iter()
        .filter(|found| found["kind"] == "report")
        .map(|found| found["id"].as_str().unwrap())
        .take(12)
        .collect();
    assert_eq!(reports.len(), 12, "{found}");
    for report in &reports {
        support.json(["report", "set", report, &format!("complaint={complaint}")]);
    }
    agree(&[&support, &marketing]);

    let clashes = marketing.json(["clashes", "--at", AT]);
    assert_eq!(clashes, support.json(["clashes", "--at", AT]));
    let clash = &clashes["clashes"][0];
    assert_eq!(clashes["clashes"].as_array().unwrap().len(), 1, "{clashes}");
    assert_eq!(
        (&clash["campaign"], &clash["complaint"]),
        (&campaign.as_str().into(), &complaint.as_str().into())
    );
    assert_eq!(
        (&clash["parts"]["severity"], &clash["parts"]["scope"]),
        (&3200.into(), &2000.into()),
        "{clash}"
    );

    // The hub is killed. Both edit: different fields of one card, the same field of another.
    hub.kill();
    marketing.json(["campaign", "set", &campaign, "reach=48000"]);
    support.json(["campaign", "set", &campaign, "owner=Iva"]);
    marketing.json(["campaign", "set", &other, "name=Autumn preview, early access"]);
    support.json([
        "campaign",
        "set",
        &other,
        "name=Autumn preview (not before the parcels are back)",
    ]);
    assert_eq!(marketing.json(["status"])["waiting"], 2);
    let refusal = support.refused(["sync", "--wait", "1"]);
    assert!(
        refusal.contains(hub.address()) && refusal.contains("everything is kept here"),
        "{refusal}"
    );

    hub.come_back();
    agree(&[&marketing, &support]);
    for device in [&marketing, &support] {
        let card = device.show("campaign", &campaign);
        assert_eq!(
            (&card["reach"], &card["owner"]),
            (&48_000.into(), &"Iva".into()),
            "{card}"
        );
        assert_eq!(rivals(&card, "owner"), [], "different fields do not collide");
        let mut values = rivals(&device.show("campaign", &other), "name");
        values.sort();
        let expected = [
            ("Autumn preview (not before the parcels are back)", "Support lead"),
            ("Autumn preview, early access", "Marketing lead"),
        ];
        assert_eq!(values, expected.map(|(value, by)| (value.to_owned(), by.to_owned())));
        assert_eq!(
            device.json(["clashes", "--at", AT])["clashes"][0]["score"],
            clash["score"]
        );
    }

    // Somebody chooses; the choice is everybody's.
    marketing.json(["campaign", "set", &other, "name=Autumn preview"]);
    agree(&[&marketing, &support]);
    let card = support.show("campaign", &other);
    assert_eq!(
        (card["name"].as_str(), rivals(&card, "name")),
        (Some("Autumn preview"), Vec::new())
    );

    // A third joins late.
    let third = Device::new();
    let code = support.json(["invite"])["code"].as_str().unwrap().to_owned();
    join(&support, &third, &code, "support");
    agree(&[&marketing, &support, &third]);
    assert_eq!(third.json(["members"]).as_array().unwrap().len(), 3);
    assert_eq!(
        third.json(["clashes", "--at", AT]),
        marketing.json(["clashes", "--at", AT])
    );
}

/// Two clients move two different cards at once: the script of Leantime's issue 3099, in which one move was lost.
#[test]
fn two_moves_at_once_lose_neither() {
    let hub = Hub::start();
    let (marketing, support) = pair(&hub);
    let cards = ["Newsletter", "Flash sale"].map(|name| marketing.add("campaign", name, &["start=2026-11-30 09:00"]));
    agree(&[&marketing, &support]);

    let moved = |device: &Device, card: &str| {
        let card = device.show("campaign", card);
        (
            card["state"].as_str().unwrap().to_owned(),
            card["start_ms"].as_i64().unwrap(),
        )
    };
    // While both are online: each reads, then both write, then each hears of the other.
    std::thread::scope(|scope| {
        scope.spawn(|| {
            marketing.json(["campaign", "set", &cards[0], "state=ready", "start=2026-12-01 09:00"]);
            marketing.sync();
        });
        scope.spawn(|| {
            support.json([
                "campaign",
                "set",
                &cards[1],
                "state=winding_down",
                "start=2026-12-02 09:00",
            ]);
            support.sync();
        });
    });
    agree(&[&marketing, &support]);
    for device in [&marketing, &support] {
        assert_eq!(moved(device, &cards[0]), ("ready".to_owned(), 1_796_115_600_000));
        assert_eq!(moved(device, &cards[1]), ("winding_down".to_owned(), 1_796_202_000_000));
    }

    // And while neither is.
    marketing.json(["campaign", "set", &cards[1], "state=draft"]);
    support.json(["campaign", "set", &cards[0], "state=live"]);
    agree(&[&support, &marketing]);
    for device in [&marketing, &support] {
        assert_eq!(moved(device, &cards[0]).0, "live");
        assert_eq!(moved(device, &cards[1]).0, "draft");
        for card in &cards {
            assert_eq!(device.show("campaign", card)["rivals"], serde_json::json!([]));
        }
    }
}
