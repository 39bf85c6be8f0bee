//! Real stores and a real hub on port 0, with nothing between them but `sidedesk-sync`.

#[cfg(test)]
mod apart;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod joining;
#[cfg(test)]
mod together;
