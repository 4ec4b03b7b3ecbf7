//! Root and subnets in a genesis.
//!
//! Rules:
//! 1. Parameters are given by name, over the defaults; new subnets of users start with `new_subnet`.
//! 2. A hotkey belongs to the first coldkey that is named with it.
//! 3. What a pool holds, and what is staked to root, is in the account of the subnet; alpha that is staked is counted
//!    as alpha out.
//! 4. A started subnet emits from block 1 on, and its moving price starts at the price of its pool.

use super::{Genesis, GenesisAuthority, GenesisError, build::give};
use crate::{
    authority::ConsensusMode,
    calls::subnet::{create, symbol},
    crypto::AccountId,
    ledger::{
        accounts, claims,
        epochs::{self, Mechanism},
        issuance, neurons, params, stakes,
        subnets::{self, Creation, ROOT, Subnet},
    },
    params::{NetworkParams, Param, SubnetParams, Who},
    state::{Overlay, StateRead},
};
use borsh::BorshSerialize;
use serde::{Deserialize, Deserializer, Serialize, de};
use std::{collections::BTreeMap, fmt};
use taonet_subnets::{
    amount::{Alpha, Tao},
    pool::Pool,
};

/// Parameters by name.
pub type ParamTexts = BTreeMap<String, ParamText>;

/// The value of a parameter as it stands in the file: a number, true, false, or text.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, Serialize)]
#[serde(transparent)]
pub struct ParamText(pub String);

impl<T: fmt::Display> From<T> for ParamText {
    fn from(value: T) -> ParamText {
        ParamText(value.to_string())
    }
}

impl<'de> Deserialize<'de> for ParamText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ParamText, D::Error> {
        struct AnyText;
        impl de::Visitor<'_> for AnyText {
            type Value = ParamText;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number, true, false, or text")
            }
            fn visit_bool<E>(self, value: bool) -> Result<ParamText, E> {
                Ok(value.into())
            }
            fn visit_i64<E>(self, value: i64) -> Result<ParamText, E> {
                Ok(value.into())
            }
            fn visit_u64<E>(self, value: u64) -> Result<ParamText, E> {
                Ok(value.into())
            }
            fn visit_str<E>(self, value: &str) -> Result<ParamText, E> {
                Ok(value.into())
            }
        }
        deserializer.deserialize_any(AnyText)
    }
}

/// The root network: where TAO is staked to validators of all subnets.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GenesisRoot {
    /// Its parameters.
    pub params: ParamTexts,
    /// TAO staked to hotkeys, which must be owned by a coldkey named with a subnet, or be authorities in stake mode.
    pub stakes: Vec<GenesisRootStake>,
}

/// TAO staked to root.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenesisRootStake {
    /// With whom.
    pub hotkey: AccountId,
    /// Whose.
    pub coldkey: AccountId,
    /// How much: whole TAO as text, or RAO.
    #[serde(with = "crate::text::decimal")]
    pub tao: Tao,
}

/// A subnet.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenesisSubnet {
    /// Its number, above 0.
    pub netuid: u16,
    /// What people call it.
    pub name: String,
    /// The owner's coldkey.
    pub owner: AccountId,
    /// The owner's hotkey.
    pub owner_hotkey: AccountId,
    /// The TAO in its pool.
    #[serde(with = "crate::text::decimal")]
    pub tao: Tao,
    /// The alpha in its pool.
    #[serde(with = "crate::text::decimal_alpha")]
    pub alpha: Alpha,
    /// Whether it is started: its token can be traded and it emits.
    #[serde(default)]
    pub started: bool,
    /// Its parameters.
    #[serde(default)]
    pub params: ParamTexts,
    /// Its neurons in the order of their UIDs.
    #[serde(default)]
    pub neurons: Vec<GenesisNeuron>,
    /// Alpha staked to hotkeys.
    #[serde(default)]
    pub stakes: Vec<GenesisStake>,
}

/// A neuron.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenesisNeuron {
    /// Its hotkey.
    pub hotkey: AccountId,
    /// The coldkey that owns the hotkey.
    pub coldkey: AccountId,
    /// Whether it holds a validator seat from the start.
    #[serde(default)]
    pub permit: bool,
}

/// Alpha staked to a hotkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenesisStake {
    /// With whom.
    pub hotkey: AccountId,
    /// Whose.
    pub coldkey: AccountId,
    /// How much: whole alpha as text, or base units.
    #[serde(with = "crate::text::decimal_alpha")]
    pub alpha: Alpha,
}

impl Genesis {
    /// Writes parameters, root and subnets.
    pub(super) fn found_subnets(&self, state: &mut Overlay<'_>) -> Result<(), GenesisError> {
        let mut network = NetworkParams::fresh();
        apply("params", &self.params, |param, value| network.set(param.id, value))?;
        params::put_network(state, &network);
        subnets::set_creation(
            state,
            &Creation { last_block: 0, last_lock: Tao::new(network.network_min_lock) },
        );
        let mut new = SubnetParams::fresh();
        apply("new_subnet", &self.new_subnet, |param, value| new.set(param.id, value))?;
        params::put_new_subnet(state, &new);
        self.found_root(state)?;
        for (index, subnet) in self.subnets.iter().enumerate() {
            subnet.found(state, &format!("subnets[{index}]"))?;
        }
        if self.consensus == ConsensusMode::Stake {
            self.authorities
                .iter()
                .for_each(|GenesisAuthority { account, .. }| stakes::own(state, account, account));
        }
        for (index, stake) in self.root.stakes.iter().enumerate() {
            stake.add(state, &format!("root.stakes[{index}]"))?;
        }
        Ok(())
    }

    fn found_root(&self, state: &mut Overlay<'_>) -> Result<(), GenesisError> {
        let mut values = SubnetParams::ROOT;
        apply("root.params", &self.root.params, |param, value| values.set(param.id, value))?;
        let root = Subnet { name: "root".to_owned(), symbol: symbol(state, ROOT), ..Subnet::default() };
        create(state, ROOT, &root, &values, Pool::stable(Tao::ZERO, Alpha::ZERO));
        Ok(())
    }
}

impl GenesisSubnet {
    fn found(&self, state: &mut Overlay<'_>, field: &str) -> Result<(), GenesisError> {
        let has_index = Mechanism { netuid: self.netuid, number: 0 }.index().is_some();
        if self.netuid == ROOT || !has_index || subnets::exists(state, self.netuid) {
            let sentence = format!("{} is root's number, used twice or above 4095", self.netuid);
            return Err(GenesisError::new(
                format!("{field}.netuid"),
                sentence,
                "Give each subnet a number of its own from 1 to 4095.",
            ));
        }
        if self.tao.is_zero() || self.alpha.is_zero() {
            let remedy = "Give the pool some TAO and some alpha; their ratio is the price.";
            return Err(GenesisError::new(format!("{field}.tao"), "an empty pool has no price", remedy));
        }
        let values = self.values(state, field)?;
        let subnet = Subnet {
            name: self.name.clone(),
            symbol: symbol(state, self.netuid),
            owner: Some(self.owner),
            owner_hotkey: Some(self.owner_hotkey),
            registered_at: 0,
            locked: self.tao,
        };
        create(state, self.netuid, &subnet, &values, Pool::new(self.tao, self.alpha));
        self.fund(state, field)?;
        own(state, field, &self.owner_hotkey, &self.owner)?;
        for (index, neuron) in self.neurons.iter().enumerate() {
            self.seat(state, neuron, &format!("{field}.neurons[{index}]"), values.max_allowed_uids)?;
        }
        for (index, stake) in self.stakes.iter().enumerate() {
            stake.add(state, self.netuid, &format!("{field}.stakes[{index}]"))?;
        }
        Ok(())
    }

    fn values(&self, state: &dyn StateRead, field: &str) -> Result<SubnetParams, GenesisError> {
        let mut values = params::new_subnet(state);
        apply(&format!("{field}.params"), &self.params, |param, value| values.set(param.id, value))?;
        values.subtoken_enabled |= self.started;
        Ok(values)
    }

    /// Puts the pool's TAO into the subnet's account.
    fn fund(&self, state: &mut Overlay<'_>, field: &str) -> Result<(), GenesisError> {
        give(state, &accounts::subnet_account(self.netuid), self.tao).map_err(|sentence| {
            GenesisError::new(format!("{field}.tao"), sentence, "Give the pool less TAO.")
        })?;
        issuance::stake(state, self.tao);
        if self.started {
            subnets::update(state, self.netuid, |subnet| {
                subnet.first_emission_block = Some(1);
                subnet.moving_price = subnet.pool.price().convert();
            });
        }
        Ok(())
    }

    fn seat(
        &self,
        state: &mut Overlay<'_>,
        neuron: &GenesisNeuron,
        field: &str,
        max: u16,
    ) -> Result<(), GenesisError> {
        own(state, field, &neuron.hotkey, &neuron.coldkey)?;
        if neurons::uid(state, self.netuid, &neuron.hotkey).is_some() {
            let sentence = format!("the hotkey {} is listed twice", neuron.hotkey);
            return Err(GenesisError::new(field, sentence, "List each hotkey of a subnet once."));
        }
        if neurons::count(state, self.netuid) >= usize::from(max) {
            let sentence = format!("the subnet has room for {max} neurons");
            return Err(GenesisError::new(field, sentence, "Raise max_allowed_uids or list fewer."));
        }
        let uid = neurons::append(state, self.netuid, &neuron.hotkey, 0);
        epochs::set_permit(state, self.netuid, uid, neuron.permit);
        Ok(())
    }
}

impl GenesisStake {
    fn add(&self, state: &mut Overlay<'_>, netuid: u16, field: &str) -> Result<(), GenesisError> {
        check_owned(state, field, &self.hotkey)?;
        stakes::increase(state, netuid, &self.hotkey, &self.coldkey, self.alpha);
        subnets::update(state, netuid, |subnet| {
            subnet.alpha_out = subnet.alpha_out.saturating_add(self.alpha);
        });
        Ok(())
    }
}

impl GenesisRootStake {
    fn add(&self, state: &mut Overlay<'_>, field: &str) -> Result<(), GenesisError> {
        check_owned(state, field, &self.hotkey)?;
        give(state, &accounts::subnet_account(ROOT), self.tao).map_err(|sentence| {
            GenesisError::new(format!("{field}.tao"), sentence, "Stake another amount.")
        })?;
        issuance::stake(state, self.tao);
        let alpha = Alpha::new(self.tao.units());
        stakes::increase(state, ROOT, &self.hotkey, &self.coldkey, alpha);
        claims::enter(state, &self.coldkey);
        subnets::update(state, ROOT, |root| {
            root.pool.tao = root.pool.tao.saturating_add(self.tao);
            root.alpha_out = root.alpha_out.saturating_add(alpha);
        });
        Ok(())
    }
}

fn check_owned(state: &dyn StateRead, field: &str, hotkey: &AccountId) -> Result<(), GenesisError> {
    if stakes::owner(state, hotkey).is_some() {
        return Ok(());
    }
    let sentence = format!("no coldkey owns the hotkey {hotkey}");
    Err(GenesisError::new(field, sentence, "List it among the neurons of a subnet, with its coldkey."))
}

fn own(
    state: &mut Overlay<'_>,
    field: &str,
    hotkey: &AccountId,
    coldkey: &AccountId,
) -> Result<(), GenesisError> {
    if !stakes::is_new_or_owned(state, hotkey, coldkey) || accounts::is_subnet_account(hotkey) {
        let sentence = format!("the hotkey {hotkey} already belongs to another coldkey, or to a subnet");
        return Err(GenesisError::new(field, sentence, "Name each hotkey with one coldkey."));
    }
    stakes::own(state, hotkey, coldkey);
    Ok(())
}

/// Sets parameters by name.
fn apply(
    field: &str,
    texts: &ParamTexts,
    mut set: impl FnMut(&Param, i128) -> bool,
) -> Result<(), GenesisError> {
    for (name, ParamText(text)) in texts {
        let field = format!("{field}.{name}");
        let Some(param) = Param::by_name(name) else {
            let remedy = "Look up the names with `taonet hparams list`.";
            return Err(GenesisError::new(field, "there is no such parameter", remedy));
        };
        let is_free = param.who != Who::Constant;
        let value = param.parse(text).filter(|value| is_free && param.allows(*value));
        if !value.is_some_and(|value| set(param, value)) {
            let sentence = format!("{text} is not a value of this parameter here");
            let remedy = "Give a value in its range, and network parameters under [params].";
            return Err(GenesisError::new(field, sentence, remedy));
        }
    }
    Ok(())
}
