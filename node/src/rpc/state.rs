//! What the state says about accounts, subnets and parameters, in the API's types.
//!
//! Rule: the questions are those of [`taonet_chain::query`]; here they only change their clothes.

use super::convert;
use crate::{fault::Fault, proto, store::View};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use taonet_chain::{
    AccountId, AxonInfo, BlockContext, CallError, Transaction, admit, dispatch,
    ledger::{accounts, epochs::Mechanism, settings, subnets},
    query::{self, NeuronInfo, ParamInfo, PoolInfo, StakeInfo, StandingInfo, SubnetInfo},
    state::Overlay,
};

/// What a transaction would do in the next block.
pub(super) fn forecast(view: &View<'_>, transaction: &Transaction) -> Result<proto::Forecast, Fault> {
    let tip = view.tip()?;
    let number = tip.height.saturating_add(1);
    admit(view, number, transaction)?;
    let body = &transaction.body;
    let fee = taonet_chain::admit::fee(&settings::settings(view), body).units();
    let block = BlockContext { number, author: None, parent_hash: tip.id };
    let mut state = Overlay::new(view);
    let (error, events) = match dispatch(&mut state, &block, &body.signer, &body.call) {
        Ok(events) => (None, events),
        Err(error) => (Some(Fault::from(error).to_detail()), Vec::new()),
    };
    // The fee comes before the call; whether both can be paid is a matter of the balance alone.
    let left = accounts::balance(&state, &body.signer).units();
    let error =
        error.or_else(|| (left < fee).then(|| Fault::from(CallError::InsufficientBalance).to_detail()));
    Ok(proto::Forecast { fee, error, events: events.iter().map(convert::event).collect() })
}

pub(super) fn account(view: &View<'_>, account: &AccountId) -> Result<proto::Account, Fault> {
    let info = query::account(view, account);
    Ok(proto::Account {
        account: info.account.to_string(),
        height: view.tip()?.height,
        balance: info.balance.units(),
        nonce: info.nonce,
        stakes: info.stakes.iter().map(stake).collect(),
        owner: text(info.owner),
        hotkeys: info.hotkeys.iter().map(ToString::to_string).collect(),
        registrations: info
            .registrations
            .iter()
            .map(|&(netuid, uid)| proto::Registration { netuid: netuid.into(), uid: uid.into() })
            .collect(),
    })
}

fn stake(info: &StakeInfo) -> proto::Stake {
    proto::Stake {
        hotkey: info.hotkey.to_string(),
        netuid: info.netuid.into(),
        alpha: info.alpha.units(),
        worth: info.worth.units(),
        claimable: info.claimable.units(),
    }
}

pub(super) fn economy(view: &View<'_>) -> Result<proto::Economy, Fault> {
    let height = view.tip()?.height;
    let info = query::network(view, height);
    Ok(proto::Economy {
        height,
        issuance: info.issuance.units(),
        staked: info.staked.units(),
        block_emission: info.block_emission.units(),
        lock_cost: info.lock_cost.units(),
        subnets: info.subnets.into(),
        sudo: info.sudo.to_string(),
        fee_per_cost: info.fee_per_cost.units(),
    })
}

pub(super) fn authorities(view: &View<'_>) -> Result<proto::Authorities, Fault> {
    let info = query::authorities(view);
    Ok(proto::Authorities {
        height: view.tip()?.height,
        mode: info.mode.to_string(),
        next_mode: info.next_mode.to_string(),
        era: info.era,
        first_block: info.first_block,
        last_block: info.last_block,
        accounts: info.accounts.into_iter().map(standing).collect(),
    })
}

fn standing(info: StandingInfo) -> proto::Standing {
    proto::Standing {
        account: info.account.to_string(),
        coldkey: text(info.coldkey),
        power: info.power,
        stake: info.stake.units(),
        appointed: info.appointed,
        candidate_since: info.candidate_since,
        missed_slots: info.missed_slots,
        jail: info.jail.map(|jail| proto::Jail {
            cause: jail.cause.name().to_owned(),
            since: jail.since,
            until: jail.until,
        }),
    }
}

pub(super) fn subnets(view: &View<'_>) -> Result<proto::Subnets, Fault> {
    let height = view.tip()?.height;
    // Texts of all owners would make a list too long; whoever wants one asks for its subnet.
    let brief = |info| SubnetInfo { identity: None, ..info };
    let subnets = query::subnets(view).into_iter().map(|info| convert_subnet(height, brief(info))).collect();
    Ok(proto::Subnets { height, subnets })
}

pub(super) fn subnet(view: &View<'_>, netuid: u16) -> Result<proto::Subnet, Fault> {
    let info = query::subnet(view, netuid).ok_or(CallError::SubnetNotExists)?;
    Ok(convert_subnet(view.tip()?.height, info))
}

fn convert_subnet(height: u64, info: SubnetInfo) -> proto::Subnet {
    proto::Subnet {
        height,
        netuid: info.netuid.into(),
        name: info.name,
        symbol: info.symbol,
        owner: text(info.owner),
        owner_hotkey: text(info.owner_hotkey),
        registered_at: info.registered_at,
        started: info.started,
        emits: info.emits,
        emission_enabled: info.emission_enabled,
        neurons: info.neurons.into(),
        max_neurons: info.max_neurons.into(),
        burn: info.burn.units(),
        pool: Some(pool(&info.pool)),
        tempo: info.epochs.tempo.into(),
        epochs: info.epochs.ran,
        epoch_index: info.epochs.index,
        last_epoch_block: info.epochs.last_block,
        next_epoch_block: info.epochs.next_block,
        last_block: Some(proto::Emission {
            tao_in: info.last_block.tao_in.units(),
            alpha_in: info.last_block.alpha_in.units(),
            alpha_out: info.last_block.alpha_out.units(),
            bought: info.last_block.bought.units(),
        }),
        pending: Some(proto::PendingAlpha {
            miners: info.pending.server.units(),
            validators: info.pending.validator.units(),
            root: info.pending.root.units(),
            owner: info.pending.owner.units(),
        }),
        tao_injected: info.tao_injected.units(),
        tao_bought: info.tao_bought.units(),
        mechanism_split: info.mechanism_split.into_iter().map(u32::from).collect(),
        identity_json: info.identity.as_ref().map(json),
    }
}

fn pool(info: &PoolInfo) -> proto::Pool {
    proto::Pool {
        tao: info.tao.units(),
        alpha: info.alpha.units(),
        alpha_out: info.alpha_out.units(),
        protocol_alpha: info.protocol_alpha.units(),
        price: info.price.rao,
        moving_price: info.moving_price.rao,
        price_bits: info.price.bits.to_string(),
        moving_price_bits: info.moving_price.bits.to_string(),
        volume: info.volume.to_string(),
    }
}

pub(super) fn metagraph(view: &View<'_>, netuid: u16) -> Result<proto::Metagraph, Fault> {
    let neurons = query::metagraph(view, netuid).ok_or(CallError::SubnetNotExists)?;
    Ok(proto::Metagraph {
        subnet: Some(subnet(view, netuid)?),
        neurons: neurons.into_iter().map(neuron).collect(),
    })
}

fn neuron(info: NeuronInfo) -> proto::Neuron {
    proto::Neuron {
        uid: info.uid.into(),
        hotkey: info.hotkey.to_string(),
        coldkey: text(info.coldkey),
        alpha_stake: info.alpha_stake.units(),
        tao_stake: info.tao_stake.units(),
        stake: info.stake_weight,
        validator_permit: info.validator_permit,
        active: info.active,
        validator_trust: info.validator_trust.into(),
        consensus: info.consensus.into(),
        incentive: info.incentive.into(),
        dividends: info.dividends.into(),
        emission: info.emission.units(),
        last_update: info.last_update,
        registered_at: info.registered_at,
        axon: info.axon.map(axon),
    }
}

fn axon(info: AxonInfo) -> proto::Axon {
    let ip = match info.ip_type {
        // An IPv4 address is in the low 32 bits.
        4 => IpAddr::V4(Ipv4Addr::from_bits(info.ip as u32)),
        _ => IpAddr::V6(Ipv6Addr::from_bits(info.ip)),
    };
    proto::Axon {
        ip: ip.to_string(),
        port: info.port.into(),
        version: info.version,
        protocol: info.protocol.into(),
    }
}

/// The rows of all validators that set weights in a mechanism, or the row of one neuron.
pub(super) fn weights(
    view: &View<'_>,
    mechanism: Mechanism,
    uid: Option<u16>,
) -> Result<proto::Weights, Fault> {
    let netuid = mechanism.netuid;
    let rows = query::mechanism_weights(view, mechanism).ok_or_else(|| missing(view, mechanism))?;
    let wanted = (0u16..).zip(rows).filter(|(number, row)| match uid {
        Some(uid) => *number == uid,
        None => !row.is_empty(),
    });
    let rows = wanted.map(|(number, row)| {
        let (uids, values) = row.into_iter().map(|(uid, value)| (u32::from(uid), u32::from(value))).unzip();
        proto::WeightsRow { uid: number.into(), uids, values }
    });
    Ok(proto::Weights { height: view.tip()?.height, netuid: netuid.into(), rows: rows.collect() })
}

pub(super) fn parameters(view: &View<'_>, netuid: Option<u16>) -> Result<proto::Parameters, Fault> {
    let parameters = query::parameters(view, netuid).ok_or(CallError::SubnetNotExists)?;
    Ok(proto::Parameters {
        height: view.tip()?.height,
        parameters: parameters.into_iter().map(parameter).collect(),
    })
}

fn parameter(info: ParamInfo) -> proto::Parameter {
    let (owner_min, owner_max) = info.owner_range.unzip();
    let unit = serde_json::to_value(info.unit).ok().and_then(|unit| unit.as_str().map(str::to_owned));
    proto::Parameter {
        number: info.id.into(),
        name: info.name.into(),
        r#type: info.kind.into(),
        unit: unit.unwrap_or_default(),
        value: info.value,
        default_value: info.default,
        min: info.min,
        max: info.max,
        who: info.who.into(),
        frozen: info.frozen,
        rate_limited: info.rate_limited,
        doc: info.doc.into(),
        owner_min,
        owner_max,
    }
}

/// Why there is no such mechanism.
pub(super) fn missing(view: &View<'_>, mechanism: Mechanism) -> CallError {
    match subnets::exists(view, mechanism.netuid) {
        true => CallError::MechanismDoesNotExist,
        false => CallError::SubnetNotExists,
    }
}

/// Plain data as JSON text.
pub(super) fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// An account that may be missing.
pub(super) fn text(account: Option<AccountId>) -> String {
    account.map(|account| account.to_string()).unwrap_or_default()
}
