//! A real hub on port 0 and raw clients that speak the protocol's own types.

#[cfg(test)]
mod board;
#[cfg(test)]
mod client;
#[cfg(test)]
mod concurrency;
#[cfg(test)]
mod joining;
#[cfg(test)]
mod log;
#[cfg(test)]
mod process;
#[cfg(test)]
mod refusals;
