//! The neurons of a network of processes: those of the development preset, or those of a description.
//!
//! Rules:
//! 1. A description ([`Setup`]) gives each neuron its name, keys, subnet and policy, as it does on the other layers.
//! 2. A neuron may be an author's own program (`command`). Nobody trades for an account or registers a miner that comes
//!    later, unless a scenario does: what asks for more than is done is refused, not passed over.
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
    /// A program of its own that the description names.
    pub(super) program: Option<String>,
}

/// What a built-in program does for it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Work {
    Mine { method: String, policy: Option<String> },
    Validate { policy: Option<String>, timeout_ms: Option<u64> },
}

/// The neurons of the development preset: three validators, and one miner for each method.
pub(super) fn of_dev() -> Vec<Wanted> {
    let wanted = |uri: &str, work| Wanted {
        name: uri.trim_start_matches('/').to_owned(),
        uri: uri.to_owned(),
        netuid: DEV_NETUID,
        work,
        program: None,
    };
    let validators = DEV_VALIDATORS
        .iter()
        .map(|&(uri, ..)| wanted(uri, Work::Validate { policy: None, timeout_ms: None }));
    let miners = DEV_MINERS.iter().zip(Method::ALL);
    let miners = miners
        .map(|(&(uri, _), method)| wanted(uri, Work::Mine { method: method.to_string(), policy: None }));
    validators.chain(miners).collect()
}

/// The neurons of a description; `told` is whether a scenario does what no program does.
///
/// # Errors
/// What processes do not do.
pub(super) fn of_setup(setup: &Setup, told: bool) -> Result<Vec<Wanted>, String> {
    let trades = setup.accounts.iter().find(|account| !account.trades.is_empty());
    let miners = setup.subnets.iter().flat_map(|subnet| &subnet.miners);
    let joins = miners.into_iter().find(|miner| miner.joins.is_some());
    if let Some(account) = trades.filter(|_| !told) {
        return Err(format!("the account {} trades, which only a scenario does for it", account.name));
    }
    if let Some(miner) = joins.filter(|_| !told) {
        return Err(format!("{} comes later, and only a scenario registers it", miner.name));
    }
    let mut all = Vec::new();
    for (netuid, subnet) in (1..).zip(&setup.subnets) {
        for validator in &subnet.validators {
            let work = validate(validator, subnet.patience_ms)?;
            all.push(wanted(&validator.name, netuid, work, &validator.command)?);
        }
        for miner in &subnet.miners {
            all.push(wanted(&miner.name, netuid, mine(miner)?, &miner.command)?);
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

fn wanted(name: &str, netuid: u16, work: Work, program: &Option<String>) -> Result<Wanted, String> {
    let uri = keys::uri(name, Which::Hot).ok_or_else(|| format!("`{name}` is no name"))?;
    Ok(Wanted { name: name.to_owned(), uri, netuid, work, program: program.clone() })
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
    let mut policy = miner.policy.clone();
    if policy.method.is_empty() {
        policy.method = Method::TwoOpt.to_string();
    }
    let unknown = policy.methods().find(|method| method.parse::<Method>().is_err());
    if let Some(method) = unknown.filter(|_| miner.command.is_none()) {
        return Err(format!(
            "the built-in miner has no method {method}; give {} a program of its own",
            miner.name
        ));
    }
    let method = policy.method.clone();
    let is_plain = policy == MinerPolicy::by(method.as_str());
    Ok(Work::Mine { method, policy: (!is_plain).then(|| policy.to_string()) })
}

/// Makes a neuron's folder, with its key. `program` runs in the place of the built-in one.
pub(super) fn write(
    wanted: Wanted,
    network: &Path,
    held: &mut Held,
    program: Option<String>,
) -> io::Result<NeuronRecord> {
    let Wanted { name, uri, netuid, work, .. } = wanted;
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
        Work::Mine { method, policy } => (record.method, record.policy) = (Some(method), policy),
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
        let all = of_setup(&setup(vec![tour("or-opt")]), false).expect("processes do this");
        let [validator, miner] = &all[..] else { panic!("{all:?}") };
        assert_eq!((validator.name.as_str(), validator.uri.as_str(), validator.netuid), ("v", "//v//hot", 1));
        let Work::Validate { policy, timeout_ms } = &validator.work else { panic!("{validator:?}") };
        assert_eq!((policy.as_deref(), timeout_ms.is_some()), (Some("honest"), true));
        assert_eq!(miner.work, Work::Mine { method: "or-opt".into(), policy: None });
        let all = of_setup(&setup(vec![tour("slow:100+offline:1..9")]), false).expect("processes do this");
        let policy = Some("two-opt+slow:100+offline:1..9".into());
        assert_eq!(all[1].work, Work::Mine { method: "two-opt".into(), policy });
    }

    #[test]
    fn a_program_of_ones_own_may_work_by_any_method() {
        let mut own = setup(vec![tour("magic")]);
        own.subnets[0].miners[0].command = Some("python miner.py".into());
        let all = of_setup(&own, false).expect("its method is its own affair");
        assert_eq!(all[1].program.as_deref(), Some("python miner.py"));
    }

    #[test]
    fn a_name_on_two_subnets_has_two_folders() {
        let mut second = tour("sweep");
        second.name = "other".into();
        let all = of_setup(&setup(vec![tour("sweep"), second]), false).expect("processes do this");
        let names: Vec<&str> = all.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["v-1", "m-1", "v-2", "m-2"]);
    }

    #[test]
    fn what_processes_do_not_do_is_refused() {
        for policy in ["magic", "two-opt+drift:9=magic"] {
            let refused = of_setup(&setup(vec![tour(policy)]), false).expect_err(policy);
            assert!(refused.contains("no method magic"), "{refused}");
        }
        let trader = AccountSetup::new("whale", 1).trades("tour", "whale:10@5".parse().expect("a policy"));
        let trading = Setup { accounts: vec![trader], ..setup(vec![tour("sweep")]) };
        assert!(of_setup(&trading, false).expect_err("a trader").contains("whale"));
        assert!(of_setup(&trading, true).is_ok(), "a scenario trades for it");
        let mut later = setup(vec![tour("sweep")]);
        later.subnets[0].miners[0].joins = Some(9);
        assert!(of_setup(&later, false).expect_err("a newcomer").contains("m comes later"));
        assert!(of_setup(&later, true).is_ok(), "a scenario registers it");
    }

    #[test]
    fn the_development_network_has_three_validators_and_a_miner_for_each_method() {
        let all = of_dev();
        let miners = all.iter().filter(|one| matches!(one.work, Work::Mine { .. })).count();
        assert_eq!((all.len() - miners, miners), (3, Method::ALL.len()));
    }
}
