//! Who may come in at all, before anybody has said a word: how many at once, and how often, from one origin.
//!
//! ```text
//! TCP → gate: enough sockets? a place for this origin? not too often? ─► TLS, HTTP head ─► door.rs: the proof
//! ```
//!
//! None of this knows boards or devices; it keeps one address from taking every seat, and a flood from costing a
//! handshake each. Whoever is turned away is told so where that is cheap, and devices come back by themselves with growing
//! pauses, so nothing is lost by it.

use crate::limits::Limits;
use crate::metrics::{Metrics, TurnedAway};
use crate::origin::Origin;
use governor::clock::DefaultClock;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Origins whose pace is remembered, before those that rested are forgotten; a few MB. Beyond it new ones are only counted.
const REMEMBERED: usize = 50_000;
/// How long an origin that failed too often is not listened to.
const BARRED: Duration = Duration::from_secs(60);

type Paces = RateLimiter<Origin, HashMapStateStore<Origin>, DefaultClock>;

/// Why somebody is turned away; the sentence is for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turned {
    /// For the metrics.
    pub why: TurnedAway,
    /// For the device that is told.
    pub sentence: String,
}

/// The gate.
#[derive(Debug)]
pub struct Gate {
    limits: Limits,
    balancers: Vec<IpAddr>,
    arrivals: Paces,
    failures: Paces,
    barred: Mutex<HashMap<Origin, Instant>>,
    inside: Arc<Mutex<HashMap<Origin, usize>>>,
    metrics: Arc<Metrics>,
}

/// One connection's place; dropping it leaves.
#[derive(Debug)]
pub struct Place {
    origin: Origin,
    inside: Arc<Mutex<HashMap<Origin, usize>>>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut inside = lock(&self.inside);
        if let Some(count) = inside.get_mut(&self.origin) {
            *count -= 1;
            if *count == 0 {
                inside.remove(&self.origin);
            }
        }
    }
}

impl Gate {
    /// With these limits, behind these balancers.
    pub fn new(limits: &Limits, balancers: &[IpAddr], metrics: Arc<Metrics>) -> Self {
        let arrivals = Quota::per_minute(at_least_one(limits.arrivals_per_minute))
            .allow_burst(at_least_one(limits.arrivals_at_once));
        let failures = Quota::per_minute(at_least_one(limits.failed_proofs_per_minute));
        Self {
            limits: limits.clone(),
            balancers: balancers.iter().map(IpAddr::to_canonical).collect(),
            arrivals: RateLimiter::hashmap(arrivals),
            failures: RateLimiter::hashmap(failures),
            barred: Mutex::default(),
            inside: Arc::default(),
            metrics,
        }
    }

    /// The balancers' addresses.
    pub fn balancers(&self) -> &[IpAddr] {
        &self.balancers
    }

    /// Is this the address of a balancer, whose connections are other people's?
    pub fn is_balancer(&self, address: IpAddr) -> bool {
        self.balancers.contains(&address.to_canonical())
    }

    /// One more connection from there, or why not.
    pub fn arrive(&self, origin: Origin) -> Result<Place, Turned> {
        let arrived = self.place(origin);
        if let Err(turned) = &arrived {
            self.metrics.turned_away(turned.why);
            tracing::debug!(?origin, why = turned.sentence, "turned away");
        }
        arrived
    }

    fn place(&self, origin: Origin) -> Result<Place, Turned> {
        if !in_pace(&self.arrivals, origin) {
            return Err(Turned {
                why: TurnedAway::Often,
                sentence: format!(
                    "this hub takes {} connections a minute from one address; try again later",
                    self.limits.arrivals_per_minute
                ),
            });
        }
        if self.is_barred(origin) {
            return Err(Turned {
                why: TurnedAway::Proofs,
                sentence: "too many greetings from this address were wrong; try again in a minute".into(),
            });
        }
        let most = self.limits.connections_per_address;
        let mut inside = lock(&self.inside);
        let count = inside.entry(origin).or_default();
        if *count >= most {
            return Err(Turned {
                why: TurnedAway::Address,
                sentence: format!("this hub takes {most} connections from one address; try again later"),
            });
        }
        *count += 1;
        drop(inside);
        Ok(Place {
            origin,
            inside: Arc::clone(&self.inside),
        })
    }

    /// A greeting from there was not what it said it was.
    pub fn failed(&self, origin: Origin) {
        if !in_pace(&self.failures, origin) {
            tracing::warn!(?origin, "too many greetings from one address were wrong");
            let mut barred = lock(&self.barred);
            let now = Instant::now();
            barred.retain(|_, until| *until > now);
            if barred.len() < REMEMBERED {
                barred.insert(origin, now + BARRED);
            }
        }
    }

    fn is_barred(&self, origin: Origin) -> bool {
        lock(&self.barred)
            .get(&origin)
            .is_some_and(|until| *until > Instant::now())
    }
}

/// Takes one from this origin's allowance. Origins that cannot be remembered are let through: the limit of connections in
/// all holds for them.
fn in_pace(paces: &Paces, origin: Origin) -> bool {
    if paces.len() >= REMEMBERED {
        paces.retain_recent();
        if paces.len() >= REMEMBERED {
            return true;
        }
    }
    paces.check_key(&origin).is_ok()
}

fn at_least_one(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(limits: &Limits) -> Gate {
        Gate::new(limits, &[], Arc::default())
    }

    fn origin(last: u8) -> Origin {
        Origin::of(IpAddr::from([192, 0, 2, last]))
    }

    #[test]
    fn one_address_takes_its_places_and_no_more_and_gives_them_back() {
        let gate = gate(&Limits {
            connections_per_address: 2,
            ..Limits::default()
        });
        let first = gate.arrive(origin(1)).unwrap();
        let _second = gate.arrive(origin(1)).unwrap();
        assert_eq!(gate.arrive(origin(1)).unwrap_err().why, TurnedAway::Address);
        let _other = gate.arrive(origin(2)).unwrap();
        drop(first);
        let _again = gate.arrive(origin(1)).unwrap();
    }

    #[test]
    fn whoever_comes_too_often_waits() {
        let gate = gate(&Limits {
            arrivals_per_minute: 1,
            arrivals_at_once: 3,
            ..Limits::default()
        });
        let came = (0..10).filter(|_| gate.arrive(origin(1)).is_ok()).count();
        assert_eq!(came, 3);
        assert_eq!(gate.arrive(origin(1)).unwrap_err().why, TurnedAway::Often);
        assert!(gate.arrive(origin(2)).is_ok());
    }

    #[test]
    fn whoever_cannot_prove_anything_is_not_listened_to_for_a_minute() {
        let gate = gate(&Limits {
            failed_proofs_per_minute: 3,
            ..Limits::default()
        });
        for _ in 0..3 {
            gate.failed(origin(1));
            assert!(gate.arrive(origin(1)).is_ok());
        }
        gate.failed(origin(1));
        assert_eq!(gate.arrive(origin(1)).unwrap_err().why, TurnedAway::Proofs);
        assert!(gate.arrive(origin(2)).is_ok());
    }
}
