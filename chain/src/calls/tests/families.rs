//! Every call there is has a family that executes it, and a name of its own.

use crate::{
    Call, CallError,
    state::Overlay,
    testing::{call, dev_state},
};
use borsh::BorshDeserialize;
use std::collections::BTreeSet;

/// One call of each kind: zeros after its number are empty lists and texts, the first of choices, nobody's accounts.
fn one_of_each() -> Vec<Call> {
    let sample = |number: u8| {
        let mut bytes = vec![0; 4_096];
        *bytes.first_mut()? = number;
        Call::deserialize(&mut bytes.as_slice()).ok()
    };
    (0..=u8::MAX).filter_map(sample).collect()
}

#[test]
fn every_call_is_executed_by_a_family() {
    let base = dev_state();
    for sample in one_of_each() {
        let mut state = Overlay::new(&base);
        let result = call(&mut state, 1, "//Eve", &sample);
        assert_ne!(result, Err(CallError::CallDisabled), "{}", sample.name());
    }
}

#[test]
fn every_call_has_a_name_of_its_own() {
    let all = one_of_each();
    let names: BTreeSet<&str> = all.iter().map(Call::name).collect();
    assert!(names.len() == all.len() && names.contains("set_childkey_take"), "{names:?}");
}
