//! Foreign files through the public door: real ones, hostile ones, and any bytes at all.

mod common;
mod hostile;
mod properties;
mod real_files;
