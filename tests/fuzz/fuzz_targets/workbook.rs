//! Fuzzes `bad_input::workbook`: see there what must hold.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sidedesk_tests::bad_input::workbook(bytes));
