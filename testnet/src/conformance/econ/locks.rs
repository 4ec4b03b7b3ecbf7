//! Decay and rolling of stake locks (staking.md section 10).

use serde::Deserialize;
use serde_json::Value;
use taonet_subnets::amount::Alpha;
use taonet_subnets::fixed::U64F64;
use taonet_subnets::locks::{Lock, LockTerms, decay};

use super::Text;
use crate::conformance::{Case, Malformed, parse};

pub(super) fn exp_decay(case: &mut Case, item: &Value) -> Result<(), Malformed> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        dt: u64,
        tau: u64,
        decay_bits: Text<u128>,
    }
    let file: File = parse(item)?;
    case.equal("decay_bits", file.decay_bits, Text(decay(file.dt, file.tau).to_bits()))
}

pub(super) fn roll_forward(case: &mut Case, item: &Value) -> Result<(), Malformed> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct After {
        locked_mass: u64,
        conviction_bits: Text<u128>,
        last_update: u64,
    }
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        locked_mass: u64,
        conviction_bits: Text<u128>,
        last_update: u64,
        now: u64,
        unlock_rate: u64,
        maturity_rate: u64,
        perpetual: bool,
        owner_lock: bool,
        after: After,
    }
    let file: File = parse(item)?;
    let lock = Lock {
        mass: Alpha::new(file.locked_mass),
        conviction: U64F64::from_bits(file.conviction_bits.0),
        last_update: file.last_update,
    };
    let terms = LockTerms {
        unlock: file.unlock_rate,
        maturity: file.maturity_rate,
        perpetual: file.perpetual,
        owner: file.owner_lock,
    };
    let rolled = lock.rolled(file.now, &terms);
    case.equal("locked_mass", file.after.locked_mass, rolled.mass.units())?;
    case.equal("conviction_bits", file.after.conviction_bits, Text(rolled.conviction.to_bits()))?;
    case.equal("last_update", file.after.last_update, rolled.last_update)
}
