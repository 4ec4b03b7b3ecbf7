//! What a setting looks like in events (events-errors.md section 1).
//!
//! Rules:
//! 1. Its name is `<Parameter>Set`, unless the public network calls it otherwise.
//! 2. It says the parameter by name and the value as text, in the parameter's unit.

use super::{Param, ParamId};
use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Serialize, Serializer, ser::SerializeStruct};

/// The names on the public network that are not made from the parameter's.
const OTHER_NAMES: [(&str, &str); 18] = [
    ("activity_cutoff_factor", "ActivityCutoffFactorMilliSet"),
    ("bonds_reset_enabled", "BondsResetToggled"),
    ("childkey_take_max", "MaxChildKeyTakeSet"),
    ("childkey_take_min", "MinChildKeyTakeSet"),
    ("coldkey_swap_delay", "ColdkeySwapAnnouncementDelaySet"),
    ("coldkey_swap_reannounce_delay", "ColdkeySwapReannouncementDelaySet"),
    ("commit_reveal_enabled", "CommitRevealEnabled"),
    ("emission_enabled", "SubnetEmissionEnabledSet"),
    ("lock_reduction_interval", "NetworkLockCostReductionIntervalSet"),
    ("min_allowed_weights", "MinAllowedWeightSet"),
    ("min_childkey_take", "MinChildKeyTakePerSubnetSet"),
    ("network_min_lock", "NetworkMinLockCostSet"),
    ("registration_allowed", "RegistrationAllowed"),
    ("reveal_period", "CommitRevealPeriodsSet"),
    ("target_registrations", "RegistrationPerIntervalSet"),
    ("transfers_enabled", "TransferToggle"),
    ("tx_childkey_take_rate_limit", "TxChildKeyTakeRateLimitSet"),
    ("yuma3_enabled", "Yuma3EnableToggled"),
];

impl Param {
    /// The public network's name of the event that says it was set.
    pub fn event_name(&self) -> String {
        let other = OTHER_NAMES.iter().find(|(name, _)| *name == self.name);
        other.map_or_else(|| format!("{}Set", in_camel_case(self.name)), |(_, event)| (*event).to_owned())
    }
}

fn in_camel_case(name: &str) -> String {
    let mut words = String::with_capacity(name.len());
    for word in name.split('_') {
        let mut letters = word.chars();
        words.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        words.push_str(letters.as_str());
    }
    words
}

/// A parameter and the value it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Setting {
    /// Which.
    pub param: ParamId,
    /// Its value, in the parameter's own unit.
    pub value: i128,
}

impl Setting {
    /// The public network's name of the event; `None` if there is no such parameter.
    pub fn event_name(&self) -> Option<String> {
        Param::by_id(self.param).map(Param::event_name)
    }
}

impl Serialize for Setting {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (name, value) = match Param::by_id(self.param) {
            Some(param) => (param.name.to_owned(), param.show(self.value)),
            None => (self.param.0.to_string(), self.value.to_string()),
        };
        let mut fields = serializer.serialize_struct("Setting", 2)?;
        fields.serialize_field("param", &name)?;
        fields.serialize_field("value", &value)?;
        fields.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Event;
    use std::collections::BTreeSet;

    #[test]
    fn every_parameter_has_an_event_of_its_own() {
        let names: BTreeSet<String> = Param::all().map(Param::event_name).collect();
        assert_eq!(names.len(), Param::all().count());
        for name in ["TempoSet", "MinBurnSet", "MaxBurnSet", "KappaSet", "ImmunityPeriodSet", "FeeRateSet"] {
            assert!(names.contains(name), "{name}");
        }
        for (name, event) in OTHER_NAMES {
            assert_eq!(Param::by_name(name).map(Param::event_name).as_deref(), Some(event));
        }
    }

    #[test]
    fn an_event_says_the_parameter_by_name_and_the_value_as_text() {
        let param = Param::by_name("burn_increase_mult").expect("a parameter");
        let setting = Setting { param: param.id, value: 3 << 63 };
        let event = Event::ParamSet { netuid: Some(1), setting };
        assert_eq!(event.public_name().as_deref(), Some("BurnIncreaseMultSet"));
        let shown = serde_json::to_value(&event).expect("memory does not fail");
        let fields = serde_json::json!({ "netuid": 1, "param": "burn_increase_mult", "value": "1.5" });
        assert_eq!(shown, serde_json::json!({ "ParamSet": fields }));
    }
}
