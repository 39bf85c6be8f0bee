//! The newcomer's half of joining: knock with the invitation, wait for a lead, come back as a member.
//!
//! Like the engine, a sans-IO machine; it is thrown away once the newcomer is admitted.

use crate::invite::{InviteCode, JoinRequest, seal_request};
use crate::keys::Entropy;
use crate::message::{ClientFrame, DeniedWhy, HubFrame};
use crate::{Error, VERSION};

/// What to do next.
#[derive(Debug, Clone, PartialEq)]
pub enum JoinStep {
    /// Send this.
    Send(Box<ClientFrame>),
    /// Nothing yet: a lead's device has to be online.
    Wait,
    /// Open a new connection and greet as a member.
    Admitted,
    /// It will not work; the sentence says why. `later` when trying again may help.
    Failed {
        /// For people.
        message: String,
        /// Busy, not refused.
        later: bool,
    },
}

/// A newcomer on one connection.
#[derive(Debug)]
pub struct Joiner {
    code: InviteCode,
    request: JoinRequest,
}

impl Joiner {
    /// For this code and device.
    pub fn new(code: InviteCode, request: JoinRequest) -> Self {
        Self { code, request }
    }

    /// One frame in, what to do out.
    pub fn step(&mut self, frame: HubFrame, entropy: &mut Entropy) -> Result<JoinStep, Error> {
        match frame {
            HubFrame::Challenge { version, .. } if version != VERSION => Err(Error::Version(version)),
            HubFrame::Challenge { nonce, hub_key, .. } => {
                if hub_key != self.code.hub_key {
                    return Ok(JoinStep::Failed {
                        message: "another hub answers at this address; ask for a new code".into(),
                        later: false,
                    });
                }
                let secret = self.code.secret();
                Ok(JoinStep::Send(Box::new(ClientFrame::Join {
                    version: VERSION,
                    workspace: self.code.workspace,
                    invite: secret.id(),
                    proof: secret.proof(self.code.workspace, &nonce, &hub_key),
                    request: seal_request(&self.request, &secret, entropy)?,
                })))
            }
            HubFrame::Admitted => Ok(JoinStep::Admitted),
            HubFrame::Denied { why, message } => Ok(JoinStep::Failed {
                message,
                later: matches!(why, DeniedWhy::Busy),
            }),
            _ => Ok(JoinStep::Wait),
        }
    }
}
