//! How runs write blocks, epochs and accounts.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use taonet_chain::AccountId;
use taonet_chain::ledger::subnets::Pending;

use crate::conformance::{Malformed, parse};

/// The account that a run calls by a small number: the number, big endian, so that both are in the same order. The
/// first byte keeps it apart from the account of nobody.
pub(super) fn account(number: u64) -> AccountId {
    let mut bytes = [0; 32];
    bytes[0] = ACCOUNT_MARK;
    bytes[24..].copy_from_slice(&number.to_be_bytes());
    AccountId(bytes)
}

/// The number of an account; none for one that a run cannot name, such as a subnet's own.
pub(super) fn number(account: &AccountId) -> Option<u64> {
    let (head, tail) = account.0.split_at(24);
    let named = head.iter().zip([ACCOUNT_MARK].into_iter().chain([0; 23])).all(|(a, b)| *a == b);
    named.then(|| tail.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

/// The first byte of every account of a run.
const ACCOUNT_MARK: u8 = 1;

/// A block of a run, as far as there is something to say about it.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    /// Its number.
    pub(super) block: u64,
    /// The epochs that its step ran, ascending.
    #[serde(default)]
    pub(super) epochs: Vec<Epoch>,
    /// What happened after its step, in order.
    #[serde(default)]
    pub(super) ops: Vec<Value>,
    /// The state after all of it.
    pub(super) state: Option<Value>,
}

/// An epoch: what the subnet had set aside, and what each neuron earned.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Epoch {
    pub(super) netuid: u16,
    drained_owner_cut: u64,
    drained_root: u64,
    drained_server: u64,
    drained_validator: u64,
    /// Hotkey, incentive and dividend, by UID.
    pub(super) epoch_output_hotkey_incentive_dividend: Vec<(u64, u64, u64)>,
}

/// What a subnet had set aside for its epoch: alpha for the owner, root, miners and validators.
#[derive(Serialize)]
pub(super) struct Drained {
    netuid: u16,
    owner_cut: u64,
    root: u64,
    server: u64,
    validator: u64,
}

impl Drained {
    /// What was taken here.
    pub(super) fn of(netuid: u16, pending: &Pending) -> Drained {
        Drained {
            netuid,
            owner_cut: pending.owner.units(),
            root: pending.root.units(),
            server: pending.server.units(),
            validator: pending.validator.units(),
        }
    }
}

impl Epoch {
    /// What the run says was taken.
    pub(super) fn drained(&self) -> Drained {
        Drained {
            netuid: self.netuid,
            owner_cut: self.drained_owner_cut,
            root: self.drained_root,
            server: self.drained_server,
            validator: self.drained_validator,
        }
    }
}

/// A subnet right after its creation.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct NewSubnet {
    pub(super) netuid: u16,
    pub(super) alpha_in: u64,
    pub(super) emission_enabled: bool,
    pub(super) last_epoch_block: u64,
    pub(super) locked: u64,
    /// How often this netuid has been created.
    pub(super) registered_counter: u64,
    pub(super) symbol: String,
    pub(super) tao_reserve: u64,
}

/// The fields of an operation, read by name and type.
pub(super) struct Fields<'a>(pub(super) &'a Value);

impl Fields<'_> {
    /// A number that fits `T`.
    pub(super) fn number<T: TryFrom<u64>>(&self, name: &str) -> Result<T, Malformed> {
        let number = self.0[name].as_u64().and_then(|number| T::try_from(number).ok());
        number.ok_or_else(|| format!("{name} is {}, not a number that fits", self.0[name]).into())
    }

    /// A number, or none where it is null or missing.
    pub(super) fn optional<T: TryFrom<u64>>(&self, name: &str) -> Result<Option<T>, Malformed> {
        if self.0[name].is_null() { Ok(None) } else { self.number(name).map(Some) }
    }

    /// An account.
    pub(super) fn account(&self, name: &str) -> Result<AccountId, Malformed> {
        self.number(name).map(account)
    }

    /// Proportions, each with the account at the other end.
    pub(super) fn links(&self, name: &str) -> Result<Vec<(u64, AccountId)>, Malformed> {
        let links: Vec<(u64, u64)> = self.parsed(name)?;
        Ok(links.into_iter().map(|(proportion, hotkey)| (proportion, account(hotkey))).collect())
    }

    /// A choice.
    pub(super) fn flag(&self, name: &str) -> Result<bool, Malformed> {
        self.0[name].as_bool().ok_or_else(|| format!("{name} is {}, not a choice", self.0[name]).into())
    }

    /// A text.
    pub(super) fn text(&self, name: &str) -> Result<&str, Malformed> {
        self.0[name].as_str().ok_or_else(|| format!("{name} is {}, not a text", self.0[name]).into())
    }

    /// What `T` reads from it.
    pub(super) fn parsed<T: serde::de::DeserializeOwned>(&self, name: &str) -> Result<T, Malformed> {
        parse(&self.0[name])
    }

    /// The raw integer of a fixed-point number, which is written as text.
    pub(super) fn bits<T: std::str::FromStr>(&self, name: &str) -> Result<T, Malformed> {
        let number = self.0[name].as_str().and_then(|text| text.parse().ok());
        number.ok_or_else(|| format!("{name} is {}, not the bits of a number", self.0[name]).into())
    }
}
