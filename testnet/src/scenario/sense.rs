//! What reads well and still is no network, or no story that can be told to its end: refused with its place.
//!
//! Rules:
//! 1. Whatever the genesis of a description would refuse is refused here; what people misspell, where it stands.
//! 2. What could never happen in a story is refused, rather than passed over in silence.

use super::{
    file::{Act, Scenario, Until, When},
    place,
    read::{Refusal, known, nearest, refuse},
    run::MAX_BLOCKS,
};
use crate::harness::{Setup, SetupError};
use taonet_chain::{
    genesis::{ParamText, ParamTexts},
    params::{Param, Scope, Who},
};
use taonet_subnets::{
    roles::{MinerPolicy, Report},
    tour::Method,
};

/// The longest slot, in milliseconds: with more than an hour to a block nobody sees a story end.
const MAX_SLOT_MS: u64 = 3_600_000;

/// Where a file keeps the parts of a description.
pub(super) struct Layout {
    network: &'static str,
    subnets: &'static str,
    accounts: &'static str,
}

/// That of a scenario.
pub(super) const SCENARIO: Layout = Layout { network: "network.", subnets: "subnet", accounts: "account" };

/// That of a description alone.
pub(super) const SETUP: Layout = Layout { network: "", subnets: "subnets", accounts: "accounts" };

/// What a process can be instead of a built-in miner.
pub(super) const OR_COMMAND: &str = "; a program of its own is named by `command`";

/// The part of a parameter that is wrong.
enum Part {
    Name,
    Value,
}

/// Whether a description is a network.
pub(super) fn network(text: &str, setup: &Setup, layout: &Layout) -> Result<(), Refusal> {
    let at = |key: &str, what: String| refuse(text, place::of_value(text, &path(layout, key)), what);
    if !(1..=128).contains(&setup.authorities) {
        return Err(at("authorities", SetupError::Authorities(setup.authorities).to_string()));
    }
    if let Some(slot_ms) = setup.slot_ms.filter(|slot_ms| !(1..=MAX_SLOT_MS).contains(slot_ms)) {
        let sentence = format!("{slot_ms} ms are no time between two blocks; use 1 to {MAX_SLOT_MS}");
        return Err(at("slot_ms", sentence));
    }
    params(text, &path(layout, "params"), &setup.params, true)?;
    params(text, &path(layout, "new_subnet"), &setup.new_subnet, false)?;
    for (index, subnet) in setup.subnets.iter().enumerate() {
        params(text, &format!("{}.{index}.params", layout.subnets), &subnet.params, false)?;
    }
    references(text, setup, layout)?;
    setup.genesis().map(drop).map_err(|error| refuse(text, place_of(text, &error, layout), error.to_string()))
}

fn path(layout: &Layout, key: &str) -> String {
    format!("{}{key}", layout.network)
}

/// Where a mistake stands that only the genesis finds. The later use of a name is the one too many.
fn place_of(text: &str, error: &SetupError, layout: &Layout) -> usize {
    let quoted = |name: &String| text.rfind(&format!("\"{name}\""));
    match error {
        SetupError::Name(name) | SetupError::Twice(name) => quoted(name),
        _ => None,
    }
    .unwrap_or_else(|| place::of_value(text, layout.subnets))
}

fn params(text: &str, path: &str, params: &ParamTexts, of_network: bool) -> Result<(), Refusal> {
    params.iter().try_for_each(|(name, ParamText(value))| {
        param(name, value, of_network).map(drop).map_err(|(part, sentence)| {
            let path = format!("{path}.{name}");
            let at = match part {
                Part::Name => place::of_key(text, &path),
                Part::Value => place::of_value(text, &path),
            };
            refuse(text, at, sentence)
        })
    })
}

/// The parameter of a name, if it takes this value here.
fn param(name: &str, value: &str, of_network: bool) -> Result<&'static Param, (Part, String)> {
    let fits = |param: &Param| (param.scope == Scope::Network) == of_network;
    let Some(param) = Param::by_name(name) else {
        let right = nearest(name, Param::all().filter(|param| fits(param)).map(|param| param.name));
        let hint = right.map(|right| format!("did you mean `{right}`?"));
        let hint = hint.unwrap_or_else(|| "`taonet hparams list` shows all".to_owned());
        return Err((Part::Name, format!("there is no parameter `{name}`; {hint}")));
    };
    if !fits(param) {
        let (is, is_not) = if of_network { ("subnets", "the network") } else { ("the network", "a subnet") };
        return Err((Part::Name, format!("`{name}` is a parameter of {is}, not of {is_not}: set it there")));
    }
    if param.who == Who::Constant {
        return Err((Part::Name, format!("the rules have the value of `{name}` built in: leave it out")));
    }
    match param.parse(value) {
        Some(number) if param.allows(number) => Ok(param),
        _ => {
            let range = format!("{} to {}", param.show(param.min), param.show(param.max));
            let sentence = format!("`{value}` is no value of the parameter `{name}`: it goes from {range}");
            Err((Part::Value, sentence))
        }
    }
}

/// Who is named by somebody else must exist.
fn references(text: &str, setup: &Setup, layout: &Layout) -> Result<(), Refusal> {
    let here = |path: String, what: Result<(), String>| {
        what.map_err(|sentence| refuse(text, place::of_value(text, &path), sentence))
    };
    let everybody = setup.participants();
    let somebody = |name: &str| known("neuron or account", name, everybody.iter().copied());
    let subnets = || setup.subnets.iter().map(|subnet| subnet.name.as_str());
    for (at, account) in setup.accounts.iter().enumerate() {
        for (index, trade) in account.trades.iter().enumerate() {
            let path = format!("{}.{at}.trades.{index}", layout.accounts);
            here(format!("{path}.subnet"), known("subnet", &trade.subnet, subnets()))?;
            here(format!("{path}.with"), trade.with.as_deref().map_or(Ok(()), somebody))?;
        }
    }
    for (at, subnet) in setup.subnets.iter().enumerate() {
        for (index, validator) in subnet.validators.iter().enumerate() {
            let Report::Members(members) = &validator.policy.report else { continue };
            let path = format!("{}.{at}.validators.{index}.policy", layout.subnets);
            here(path, members.iter().try_for_each(|name| somebody(name)))?;
        }
    }
    Ok(())
}

/// Whether the built-in task has all methods that miners without a program work by.
pub(super) fn methods(text: &str, setup: &Setup, layout: &Layout, instead: &str) -> Result<(), Refusal> {
    for (at, subnet) in setup.subnets.iter().enumerate() {
        for (index, miner) in subnet.miners.iter().enumerate().filter(|(_, miner)| miner.command.is_none()) {
            built_in(&miner.policy).map_err(|sentence| {
                let path = format!("{}.{at}.miners.{index}.policy", layout.subnets);
                refuse(text, place::of_value(text, &path), sentence + instead)
            })?;
        }
    }
    Ok(())
}

fn built_in(policy: &MinerPolicy) -> Result<(), String> {
    let named = policy.methods().filter(|method| !method.is_empty());
    named.into_iter().try_for_each(|method| known("method", method, Method::ALL.iter().map(|one| one.name())))
}

/// Whether a story ends, and everything in it can happen before.
pub(super) fn story(text: &str, scenario: &Scenario) -> Result<(), Refusal> {
    let last = match scenario.time.until {
        Until::Epochs(epochs) => {
            ends(text, scenario, epochs)?;
            MAX_BLOCKS
        }
        Until::Blocks(blocks) if blocks > MAX_BLOCKS => {
            let sentence = format!("a story has at most {MAX_BLOCKS} blocks; let it end earlier");
            return Err(refuse(text, place::of_value(text, "time.until.blocks"), sentence));
        }
        Until::Blocks(blocks) => blocks,
    };
    let comes = |block: u64, path: String| match block {
        0 => Err(refuse(text, place::of_value(text, &path), "a story begins with block 1")),
        block if block > last => {
            let sentence = format!("block {block} never comes: the story ends at block {last} at the latest");
            Err(refuse(text, place::of_value(text, &path), sentence))
        }
        _ => Ok(()),
    };
    for (index, happening) in scenario.happenings.iter().enumerate() {
        comes(happening.block, format!("at.{index}.block"))?;
        set_param(text, happening.act.get_ref(), index)?;
    }
    let asked = scenario.assertions.iter().enumerate();
    asked.into_iter().try_for_each(|(index, assertion)| match assertion.when {
        When::Block(block) => comes(block, format!("assert.{index}.when")),
        _ => Ok(()),
    })
}

/// Whether so many epochs of the first subnet fit into a story. What happens to its tempo meanwhile is not foreseen.
fn ends(text: &str, scenario: &Scenario, epochs: u64) -> Result<(), Refusal> {
    let Some(first) = scenario.subnets.first() else {
        let sentence =
            "epochs are those of the first subnet, and there is none; describe one, or use `blocks`";
        return Err(refuse(text, place::of_value(text, "time.until"), sentence));
    };
    let changes = |act: &Act| match act {
        Act::SetParam { name, .. } => name == "tempo",
        Act::Dissolve(subnet) => *subnet == first.name,
        _ => false,
    };
    let Some(tempo) =
        tempo(scenario).filter(|_| !scenario.happenings.iter().any(|one| changes(one.act.get_ref())))
    else {
        return Ok(());
    };
    if tempo == 0 {
        let sentence = "with a tempo of 0 there are no epochs, so the story never ends; use 1 or more";
        return Err(refuse(text, place::of_value(text, "subnet.0.tempo"), sentence));
    }
    if epochs.saturating_mul(tempo) > MAX_BLOCKS {
        let sentence =
            format!("{epochs} epochs of {tempo} blocks are more than the {MAX_BLOCKS} blocks of a story");
        return Err(refuse(text, place::of_value(text, "time.until.epochs"), sentence));
    }
    Ok(())
}

/// The tempo with which the first subnet starts.
fn tempo(scenario: &Scenario) -> Option<u64> {
    let genesis = scenario.setup().genesis().ok()?;
    let text = genesis.subnets.first()?.params.get("tempo").or_else(|| genesis.new_subnet.get("tempo"));
    let param = Param::by_name("tempo")?;
    u64::try_from(text.map_or(Some(param.new), |text| param.parse(&text.0))?).ok()
}

fn set_param(text: &str, act: &Act, index: usize) -> Result<(), Refusal> {
    let Act::SetParam { subnet, name, value } = act else { return Ok(()) };
    let later = |param: &'static Param| match param.who {
        Who::Fixed => {
            Err((Part::Name, format!("`{name}` is fixed when a network starts: set it under `params`")))
        }
        _ => Ok(()),
    };
    param(name, value, subnet.is_none()).and_then(later).map_err(|(part, sentence)| {
        let part = if matches!(part, Part::Name) { "name" } else { "value" };
        refuse(text, place::of_value(text, &format!("at.{index}.do.set-param.{part}")), sentence)
    })
}
