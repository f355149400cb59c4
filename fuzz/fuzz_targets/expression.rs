#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| crosspeer_fuzz::expression(input));
