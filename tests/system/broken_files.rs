//! broken_files
