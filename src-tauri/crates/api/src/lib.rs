//! One function per user action: the only Rust that a shell calls.

pub mod dto;

/// Cards of one lane on the first board page, at most.
pub const PAGE_LEN: usize = 200;
