//! One connection from its first byte to its last: where it comes from, what it was told at the gate, and whether somebody
//! has proven who it is.
//!
//! It travels from the listener with the request to the session, and gives its places back when the last of them is done.

use crate::gate::{Gate, Place, Turned};
use crate::origin::Origin;
use axum::http::HeaderMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OwnedSemaphorePermit;

/// How it stands at the gate.
#[derive(Debug)]
pub enum Standing {
    /// It has its place, which is given back with the last of it.
    Inside {
        /// Where it comes from.
        origin: Origin,
        /// Held, and nothing else.
        _place: Place,
    },
    /// A balancer's: whose it is says the request.
    Balanced,
    /// It has no place, and is told so.
    Turned(Turned),
}

/// A connection.
#[derive(Debug)]
pub struct Visitor {
    standing: Mutex<Standing>,
    /// Set once a greeting was right.
    pub proven: Arc<AtomicBool>,
    /// Its socket, or its right to be told something; given back at the end.
    _socket: OwnedSemaphorePermit,
}

impl Visitor {
    /// Just arrived.
    pub fn new(standing: Standing, socket: OwnedSemaphorePermit) -> Self {
        Self {
            standing: Mutex::new(standing),
            proven: Arc::default(),
            _socket: socket,
        }
    }

    /// May it begin a conversation? A balancer's connection takes its place here.
    pub fn come_in(&self, gate: &Gate, headers: &HeaderMap) -> Result<(), Turned> {
        let mut standing = self.standing.lock().unwrap_or_else(PoisonError::into_inner);
        match &*standing {
            Standing::Inside { .. } => Ok(()),
            Standing::Turned(turned) => Err(turned.clone()),
            Standing::Balanced => {
                if let Some(origin) = Origin::forwarded(headers, gate.balancers()) {
                    let _place = gate.arrive(origin)?;
                    *standing = Standing::Inside { origin, _place };
                }
                Ok(())
            }
        }
    }

    /// The greeting was right.
    pub fn prove(&self) {
        self.proven.store(true, Ordering::Relaxed);
    }

    /// The greeting was not what it said it was.
    pub fn fail(&self, gate: &Gate) {
        if let Standing::Inside { origin, .. } = &*self.standing.lock().unwrap_or_else(PoisonError::into_inner) {
            gate.failed(*origin);
        }
    }
}
