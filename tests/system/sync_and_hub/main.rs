//! Real stores and a real hub on port 0, with nothing between them but `sidedesk-sync`.

#[cfg(test)]
mod apart;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod joining;
#[cfg(test)]
mod liar;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod replicas;
#[cfg(test)]
mod restored;
#[cfg(test)]
mod snapshots;
#[cfg(test)]
mod together;
