//! Foreign files through the public door: real ones, hostile ones, and any bytes at all.

#[cfg(test)]
mod common;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod real_files;
