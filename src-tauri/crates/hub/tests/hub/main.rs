//! A real hub on port 0 and raw clients that speak the protocol's own types.

#[cfg(test)]
mod board;
#[cfg(test)]
mod client;
#[cfg(test)]
mod concurrency;
#[cfg(test)]
mod crowds;
#[cfg(test)]
mod ground;
#[cfg(test)]
mod joining;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod log;
#[cfg(test)]
mod members;
#[cfg(test)]
#[cfg(target_os = "linux")]
#[path = "../../../../../tests/src/postgres.rs"]
mod postgres;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod postgres_tls;
#[cfg(test)]
mod process;
#[cfg(test)]
mod raw;
#[cfg(test)]
mod refusals;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod replicas;
#[cfg(test)]
mod restored;
#[cfg(test)]
mod snapshots;
#[cfg(test)]
mod tls;
#[cfg(test)]
mod uninvited;
#[cfg(test)]
mod versions;
