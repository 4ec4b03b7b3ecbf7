//! The neurons of a network of processes: those of the development preset, or those of a description.
//!
//! Rules:
//! 1. A description ([`Setup`]) gives each neuron its name, keys, subnet and policy, as it does on the other layers.
//! 2. A built-in miner's process works by one method, always and at once, and nobody trades for an account: what asks
//!    for more than processes do is refused, not passed over.
//! 3. Each neuron has a folder with its key (mode 0600) and its log. A name that is used on two subnets gets the
//!    subnet's number as well.

use super::{ports::Held, record::NeuronRecord};
use crate::harness::{
    MinerSetup, Setup, ValidatorSetup,
    keys::{self, Which},
};
use std::{collections::BTreeMap, fs, io, path::Path};
use taonet_chain::{
    Keypair,
    genesis::{DEV_MINERS, DEV_NETUID, DEV_VALIDATORS},
};
use taonet_node::config::save_key;
use taonet_subnets::{roles::MinerPolicy, tour::Method};

/// A neuron before it has a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) name: String,
    uri: String,
    netuid: u16,
    work: Work,
}

/// What a built-in program does for it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Work {
    Mine { method: String },
    Validate { policy: Option<String>, timeout_ms: Option<u64> },
}

/// The neurons of the development preset: three validators, and one miner for each method.
pub(super) fn of_dev() -> Vec<Wanted> {
    let wanted = |uri: &str, work| Wanted {
        name: uri.trim_start_matches('/').to_owned(),
        uri: uri.to_owned(),
        netuid: DEV_NETUID,
        work,
    };
    let validators = DEV_VALIDATORS
        .iter()
        .map(|&(uri, ..)| wanted(uri, Work::Validate { policy: None, timeout_ms: None }));
    let miners = DEV_MINERS.iter().zip(Method::ALL);
    let miners = miners.map(|(&(uri, _), method)| wanted(uri, Work::Mine { method: method.to_string() }));
    validators.chain(miners).collect()
}

/// The neurons of a description.
///
/// # Errors
/// What processes do not do.
pub(super) fn of_setup(setup: &Setup) -> Result<Vec<Wanted>, String> {
    if let Some(account) = setup.accounts.iter().find(|account| !account.trades.is_empty()) {
        return Err(format!("the account {} trades, which only sim and cluster do for it", account.name));
    }
    let mut all = Vec::new();
    for (netuid, subnet) in (1..).zip(&setup.subnets) {
        for validator in &subnet.validators {
            all.push(wanted(&validator.name, netuid, validate(validator, subnet.patience_ms)?)?);
        }
        for miner in &subnet.miners {
            all.push(wanted(&miner.name, netuid, mine(miner)?)?);
        }
    }
    let mut uses = BTreeMap::<String, usize>::new();
    all.iter().for_each(|one| *uses.entry(one.name.clone()).or_default() += 1);
    for one in &mut all {
        if uses.get(&one.name).is_some_and(|uses| *uses > 1) {
            one.name = format!("{}-{}", one.name, one.netuid);
        }
    }
    Ok(all)
}

fn wanted(name: &str, netuid: u16, work: Work) -> Result<Wanted, String> {
    let uri = keys::uri(name, Which::Hot).ok_or_else(|| format!("`{name}` is no name"))?;
    Ok(Wanted { name: name.to_owned(), uri, netuid, work })
}

fn validate(validator: &ValidatorSetup, patience_ms: u64) -> Result<Work, String> {
    let address = |name: String| {
        let account = keys::account(&name, Which::Hot);
        account.map(|account| account.to_string()).ok_or_else(|| format!("`{name}` is no name"))
    };
    let policy = validator.policy.clone().try_map(address)?;
    Ok(Work::Validate { policy: Some(policy.to_string()), timeout_ms: Some(patience_ms) })
}

fn mine(miner: &MinerSetup) -> Result<Work, String> {
    let MinerPolicy { method, drift, slow_ms, skips, offline } = &miner.policy;
    if !drift.is_empty() || *slow_ms != 0 || *skips != 0 || offline.is_some() {
        let name = &miner.name;
        return Err(format!(
            "the process of {name} works by one method, always and at once, and not by `{}`; run it on sim or \
             cluster, or give it a program of its own",
            miner.policy
        ));
    }
    let method = if method.is_empty() { Method::TwoOpt.to_string() } else { method.clone() };
    if Method::ALL.iter().all(|known| known.to_string() != method) {
        return Err(format!(
            "the built-in miner has no method {method}; give {} a program of its own",
            miner.name
        ));
    }
    Ok(Work::Mine { method })
}

/// Makes a neuron's folder, with its key. `program` runs in the place of the built-in one.
pub(super) fn write(
    wanted: Wanted,
    network: &Path,
    held: &mut Held,
    program: Option<String>,
) -> io::Result<NeuronRecord> {
    let Wanted { name, uri, netuid, work } = wanted;
    let dir = network.join(&name);
    fs::create_dir(&dir)?;
    let key = Keypair::from_uri(&uri).map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
    save_key(&dir.join("key"), &key)?;
    let role = if matches!(work, Work::Mine { .. }) { "miner" } else { "validator" };
    let mut record = NeuronRecord {
        role: role.to_owned(),
        netuid,
        hotkey: key.account().to_string(),
        uri,
        method: None,
        policy: None,
        timeout_ms: None,
        program,
        scores: None,
        process: None,
        log: dir.join("log"),
        name,
    };
    match work {
        _ if record.program.is_some() => {}
        Work::Mine { method } => record.method = Some(method),
        Work::Validate { policy, timeout_ms } => {
            (record.policy, record.timeout_ms) = (policy, timeout_ms);
            record.scores = Some(format!("http://127.0.0.1:{}/scores", held.tcp()?));
        }
    }
    Ok(record)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::{AccountSetup, SubnetSetup};

    fn setup(subnets: Vec<SubnetSetup>) -> Setup {
        Setup { subnets, ..Setup::default() }
    }

    fn tour(miner: &str) -> SubnetSetup {
        let miner = MinerSetup::new("m", "").policy(miner).expect("a policy");
        SubnetSetup::named("tour").validator(ValidatorSetup::new("v", 100)).miner(miner)
    }

    #[test]
    fn a_description_gives_each_neuron_its_key_subnet_and_work() {
        let all = of_setup(&setup(vec![tour("or-opt")])).expect("processes do this");
        let [validator, miner] = &all[..] else { panic!("{all:?}") };
        assert_eq!((validator.name.as_str(), validator.uri.as_str(), validator.netuid), ("v", "//v//hot", 1));
        let Work::Validate { policy, timeout_ms } = &validator.work else { panic!("{validator:?}") };
        assert_eq!((policy.as_deref(), timeout_ms.is_some()), (Some("honest"), true));
        assert_eq!(miner.work, Work::Mine { method: "or-opt".into() });
    }

    #[test]
    fn a_name_on_two_subnets_has_two_folders() {
        let mut second = tour("sweep");
        second.name = "other".into();
        let all = of_setup(&setup(vec![tour("sweep"), second])).expect("processes do this");
        let names: Vec<&str> = all.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["v-1", "m-1", "v-2", "m-2"]);
    }

    #[test]
    fn what_processes_do_not_do_is_refused() {
        for policy in ["two-opt+slow:100", "two-opt+skips:2", "two-opt+offline:1..9"] {
            let refused = of_setup(&setup(vec![tour(policy)])).expect_err(policy);
            assert!(refused.contains("one method"), "{refused}");
        }
        let refused = of_setup(&setup(vec![tour("magic")])).expect_err("no such method");
        assert!(refused.contains("no method magic"), "{refused}");
        let trader = AccountSetup::new("whale", 1).trades("tour", "whale:10@5".parse().expect("a policy"));
        let trading = Setup { accounts: vec![trader], ..setup(vec![tour("sweep")]) };
        assert!(of_setup(&trading).expect_err("a trader").contains("whale"));
    }

    #[test]
    fn the_development_network_has_three_validators_and_a_miner_for_each_method() {
        let all = of_dev();
        let miners = all.iter().filter(|one| matches!(one.work, Work::Mine { .. })).count();
        assert_eq!((all.len() - miners, miners), (3, Method::ALL.len()));
    }
}
