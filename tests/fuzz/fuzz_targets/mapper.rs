//! Fuzzes `bad_input::mapper`: see there what must hold.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sidedesk_tests::bad_input::mapper(bytes));
