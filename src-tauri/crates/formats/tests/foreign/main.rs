//! Foreign files through the public door: real ones, made ones for every tool, hostile ones, and any bytes at all.

#[cfg(test)]
mod bombs;
#[cfg(test)]
mod common;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod hostile_files;
#[cfg(test)]
mod packed;
#[cfg(test)]
mod plan_presets;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod real_files;
#[cfg(test)]
mod support_presets;
