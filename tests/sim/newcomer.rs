//! A newcomer: knocks with an invitation, waits for a lead, comes back as a member.

use crate::agenda::{End, Task};
use crate::device::{Job, Role, Then};
use crate::disk::Write;
use crate::world::World;
use anyhow::Result;
use sidedesk_protocol::engine::Event;
use sidedesk_protocol::join::JoinStep;
use sidedesk_protocol::message::HubFrame;

impl World {
    /// A newcomer tries the hub.
    pub fn knock(&mut self, device: usize) {
        let conn = self.connect(device);
        let life = self.devices[device].life;
        if let Some(process) = &mut self.devices[device].process {
            if let Some(old) = process.conn.replace(conn) {
                self.leave_conn(old, End::Device);
            }
            let again = self.now + self.dice.within(15_000, 30_000);
            self.agenda.put(
                again,
                Task::Knock {
                    device,
                    life,
                    conn: Some(conn),
                },
            );
        }
    }

    /// A frame arrived on the connection that the device has now.
    pub fn device_receives(&mut self, device: usize, frame: HubFrame) -> Result<()> {
        let me = &mut self.devices[device];
        let Some(process) = &mut me.process else { return Ok(()) };
        let Role::Newcomer(joiner) = &mut process.role else {
            self.device_step(device, Event::Frame(Box::new(frame)));
            return Ok(());
        };
        let step = joiner.step(frame, &mut me.entropy)?;
        let workspace = me.disk.log.code.as_ref().map(|code| code.workspace).unwrap_or_default();
        match step {
            JoinStep::Send(frame) => self.device_sends(device, &frame)?,
            JoinStep::Wait | JoinStep::Failed { later: true, .. } => {}
            // Refused: the invitation was perhaps spent on this very device, and the word of it lost. So it greets as a
            // member; if it is none, it never comes to rest, and the story fails.
            JoinStep::Admitted | JoinStep::Failed { later: false, .. } => {
                if let Some(conn) = process.conn.take() {
                    process
                        .jobs
                        .push_back(Job::Commit(Write::Joined(workspace), Then::BecomeMember));
                    self.leave_conn(conn, End::Device);
                }
            }
        }
        self.device_wake(device);
        Ok(())
    }
}
