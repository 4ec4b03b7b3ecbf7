//! The facts of a network: [`super::facts`] says which there are, this says how each is found in the state.
//!
//! Rules:
//! 1. A neuron that is not registered, or a subnet that does not exist, earns nothing and has nothing: zero. Whether
//!    it is there is a fact of its own.
//! 2. Amounts are in TAO or alpha.

use super::{
    expr::{Facts, Value},
    stage::Stage,
};
use crate::harness::View;
use taonet_chain::{
    AccountId, DevOptions, Keypair,
    ledger::{accounts, authorities, issuance, neurons, stakes, subnets},
    query::{self, NeuronInfo, SubnetInfo},
    violations,
};
use taonet_subnets::halving::block_emission;

/// Base units of one TAO or alpha.
const RAO: f64 = 1e9;

/// The facts of a stage after its last block.
pub(super) struct Now<'a> {
    pub(super) stage: &'a dyn Stage,
    pub(super) view: View<'a>,
}

impl Facts for Now<'_> {
    fn fact(&self, name: &str, arguments: &[Value]) -> Result<Value, String> {
        match arguments {
            [] => self.of_network(name).or_else(|| self.of_subnet(name, None)),
            [Value::Number(number)] => self.at(name, *number),
            [Value::Text(one)] => self
                .of_subnet(name, Some(one))
                .or_else(|| self.of_node(name, one))
                .or_else(|| self.of_account(name, one))
                .or_else(|| self.of_neuron(name, None, one)),
            [Value::Text(subnet), Value::Text(who)] => self.of_neuron(name, Some(subnet), who),
            _ => None,
        }
        .ok_or_else(|| format!("`{name}` cannot be asked of {}", listed(arguments)))
    }
}

fn listed(arguments: &[Value]) -> String {
    if arguments.is_empty() {
        return "nothing".to_owned();
    }
    arguments.iter().map(Value::to_string).collect::<Vec<_>>().join(", ")
}

impl Now<'_> {
    fn of_network(&self, name: &str) -> Option<Value> {
        let state = self.view.state();
        let total = || issuance::issuance(state).total;
        Some(match name {
            "height" => Value::Number(self.view.height() as f64),
            "issuance" => Value::Number(total().units() as f64 / RAO),
            "block_emission" => Value::Number(block_emission(total()).units() as f64 / RAO),
            "supply_conserved" => Value::Truth(violations(state).is_empty()),
            "authorities" => Value::Number(authorities::authorities(state).len() as f64),
            "finalized_spread" => {
                let heights = || self.stage.nodes().into_iter().map(|(_, height)| height);
                Value::Number((heights().max()? - heights().min()?) as f64)
            }
            _ => return None,
        })
    }

    fn at(&self, name: &str, number: f64) -> Option<Value> {
        (name == "at_block").then(|| Value::Truth(self.view.height() as f64 >= number))
    }

    fn of_subnet(&self, name: &str, subnet: Option<&str>) -> Option<Value> {
        let netuid = self.netuid(subnet)?;
        let found = query::subnet(self.view.state(), netuid);
        if name == "exists" {
            return Some(Value::Truth(found.is_some()));
        }
        let number = |read: fn(&SubnetInfo) -> f64| Some(Value::Number(found.as_ref().map_or(0.0, read)));
        match name {
            "price" => number(|subnet| subnet.pool.price.rao as f64 / RAO),
            "pool_tao" => number(|subnet| subnet.pool.tao.units() as f64 / RAO),
            "pool_alpha" => number(|subnet| subnet.pool.alpha.units() as f64 / RAO),
            "neurons" => number(|subnet| f64::from(subnet.neurons)),
            "epochs" => number(|subnet| subnet.epochs.ran as f64),
            _ => None,
        }
    }

    fn of_node(&self, name: &str, node: &str) -> Option<Value> {
        let position = self.stage.nodes().iter().position(|(known, _)| known == node);
        match name {
            "finalized" => Some(Value::Number(self.stage.nodes().get(position?)?.1 as f64)),
            "power" => {
                let set = authorities::authorities(self.view.state());
                let uri = DevOptions::authority_uri(node.strip_prefix('n')?.parse().ok()?);
                let account = Keypair::from_uri(&uri).ok()?.account();
                let all: u128 = set.iter().map(|authority| u128::from(authority.power)).sum();
                Some(Value::Number(set.power(&account) as f64 / all.max(1) as f64))
            }
            _ => None,
        }
    }

    fn of_account(&self, name: &str, who: &str) -> Option<Value> {
        let coldkey = self.view.account(who).ok()?;
        let free = || accounts::balance(self.view.state(), &coldkey).units() as f64 / RAO;
        match name {
            "balance" => Some(Value::Number(free())),
            "wealth" => Some(Value::Number(free() + self.staked(&coldkey))),
            _ => None,
        }
    }

    /// All that a coldkey has staked, at present prices.
    fn staked(&self, coldkey: &AccountId) -> f64 {
        let state = self.view.state();
        let priced = |netuid: u16| match query::subnet(state, netuid) {
            Some(subnet) if netuid != subnets::ROOT => subnet.pool.price.rao as f64 / RAO,
            Some(_) => 1.0,
            None => 0.0,
        };
        let of_hotkey = |hotkey: &AccountId| -> f64 {
            let stake =
                |netuid| stakes::stake(state, netuid, hotkey, coldkey).units() as f64 / RAO * priced(netuid);
            subnets::netuids(state).into_iter().map(stake).sum()
        };
        stakes::staking_hotkeys(state, coldkey).iter().map(of_hotkey).sum()
    }

    fn of_neuron(&self, name: &str, subnet: Option<&str>, who: &str) -> Option<Value> {
        let netuid = self.netuid(subnet)?;
        let hotkey = self.view.account(&format!("{who}.hot")).ok()?;
        let state = self.view.state();
        let uid = neurons::uid(state, netuid, &hotkey);
        if name == "registered" {
            return Some(Value::Truth(uid.is_some()));
        }
        let all = query::metagraph(state, netuid).unwrap_or_default();
        let neuron = uid.and_then(|uid| all.get(usize::from(uid)));
        let part = |read: fn(&NeuronInfo) -> u16| {
            Some(Value::Number(neuron.map_or(0.0, |neuron| f64::from(read(neuron)) / f64::from(u16::MAX))))
        };
        let staked = |neuron: &NeuronInfo| neuron.alpha_stake.units() as f64 / RAO;
        match name {
            "incentive" => part(|neuron| neuron.incentive),
            "dividends" => part(|neuron| neuron.dividends),
            "consensus" => part(|neuron| neuron.consensus),
            "validator_trust" => part(|neuron| neuron.validator_trust),
            "emission" => {
                Some(Value::Number(neuron.map_or(0.0, |neuron| neuron.emission.units() as f64 / RAO)))
            }
            "stake" => Some(Value::Number(neuron.map_or(0.0, staked))),
            "stake_share" => {
                let sum: f64 = all.iter().map(staked).sum();
                Some(Value::Number(
                    neuron.map_or(0.0, |neuron| if sum > 0.0 { staked(neuron) / sum } else { 0.0 }),
                ))
            }
            "permit" => Some(Value::Truth(neuron.is_some_and(|neuron| neuron.validator_permit))),
            _ => None,
        }
    }

    fn netuid(&self, subnet: Option<&str>) -> Option<u16> {
        subnet.map_or(Some(1), |subnet| self.view.netuid(subnet).ok())
    }
}
