//! Stores that exchange entries through the hub's own decisions, in one process and without a wire.

#[cfg(test)]
mod between;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod joining;
#[cfg(test)]
mod pending;
#[cfg(test)]
mod pieces;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod texts;
