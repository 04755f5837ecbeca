//! There is no way to a case's content but through its thread's newest record: these do not compile.

#[test]
fn nothing_but_a_threads_tail_makes_a_participant() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
