//! The network at its worst, between real programs: connections cut at every byte, half open ones, a computer that slept,
//! a thousand devices at the door of a hub that was restarted.
//!
//! What each fault must not do is the same: lose what was saved, or keep two devices apart for good.

#[cfg(test)]
mod crowd;
#[cfg(test)]
mod cuts;
#[cfg(test)]
mod silence;
