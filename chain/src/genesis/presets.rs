//! The two presets.

use super::{
    Genesis, GenesisAccount, GenesisAuthority, GenesisNeuron, GenesisRoot, GenesisRootStake, GenesisStake,
    GenesisSubnet, ParamText, ParamTexts, Timing,
};
use crate::{
    authority::ConsensusMode,
    crypto::{AccountId, Keypair},
    keys::DEV_ACCOUNTS,
    ledger::settings::Limits,
};
use taonet_subnets::amount::{Alpha, Tao};

/// What can be chosen for a development network.
#[derive(Clone, Debug)]
pub struct DevOptions {
    /// The network's name; a name of its own keeps a network apart from all others.
    pub id: String,
    /// How many authorities, 1 to 128. Their keys are [`DevOptions::authority_uri`].
    pub authorities: u16,
    /// The timestamp of block 0; 0: the clock starts with block 1.
    pub timestamp_ms: u64,
    /// Blocks between two epochs of a subnet.
    pub tempo: u16,
    /// How authorities are chosen. In stake mode each has root stake of its own, and no two have the same.
    pub consensus: ConsensusMode,
}

/// The validators of the dev subnet, by UID: hotkey, coldkey, alpha and root TAO of the coldkey with it.
pub const DEV_VALIDATORS: [(&str, &str, u64, u64); 3] = [
    ("//val-a", "//Alice", 6_000, 40_000),
    ("//val-b", "//Ferdie", 5_000, 30_000),
    ("//val-c", "//One", 4_000, 30_000),
];

/// The nominator of the dev subnet: coldkey, the hotkey it trusts, and the alpha it staked.
pub const DEV_NOMINATOR: (&str, &str, u64) = ("//Two", "//val-b", 1_000);

/// The miners of the dev subnet, by UID from 3 on: hotkey and coldkey.
pub const DEV_MINERS: [(&str, &str); 5] =
    [("//m1", "//Two"), ("//m2", "//Three"), ("//m3", "//Four"), ("//m4", "//Dave"), ("//m5", "//Eve")];

/// The netuid of the dev subnet.
pub const DEV_NETUID: u16 = 1;

/// The pool of the dev subnet: whole TAO and whole alpha. Shallow enough for each block to move the price visibly; the
/// price is above 1, so that root dividends are sold from the start.
const DEV_POOL: (u64, u64) = (5_000, 4_000);

impl Default for DevOptions {
    fn default() -> DevOptions {
        DevOptions {
            id: "dev".to_owned(),
            authorities: 4,
            timestamp_ms: 0,
            tempo: 20,
            consensus: ConsensusMode::Authority,
        }
    }
}

impl DevOptions {
    /// The secret URI of the authority with this index: `//Bob //Charlie //Dave //Eve`, then `//authority//4` and on.
    pub fn authority_uri(index: u16) -> String {
        match DEV_ACCOUNTS.get(usize::from(index) + 1) {
            Some(&uri) if index < 4 => uri.to_owned(),
            _ => format!("//authority//{index}"),
        }
    }
}

/// What must be chosen for a network like the public one.
#[derive(Clone, Debug)]
pub struct MainnetOptions {
    /// The network's name.
    pub id: String,
    /// The account with the rights of governance.
    pub sudo: AccountId,
    /// Who makes blocks.
    pub authorities: Vec<AccountId>,
    /// Who has how much.
    pub accounts: Vec<(AccountId, Tao)>,
}

impl Genesis {
    /// A development network that is alive from its first block.
    pub fn dev(options: DevOptions) -> Genesis {
        let authority =
            |index| GenesisAuthority { account: dev_account(&DevOptions::authority_uri(index)), power: 1 };
        let account = |(index, uri): (usize, &&str)| GenesisAccount {
            account: dev_account(uri),
            balance: Tao::whole(if index == 0 { 1_000_000 } else { 100_000 }),
        };
        let root = dev_root(&options);
        Genesis {
            id: options.id,
            dev: true,
            timestamp_ms: options.timestamp_ms,
            sudo: dev_account("//Alice"),
            consensus: options.consensus,
            timing: Timing::DEV,
            limits: Limits::default(),
            authorities: (0..options.authorities).map(authority).collect(),
            params: texts([
                ("admin_freeze_window", 0),
                ("owner_hyperparam_rate_limit", 0),
                ("network_rate_limit", 0),
                ("network_min_lock", 100_000_000_000),
                ("lock_reduction_interval", 1_000),
                ("era_length", 40),
                ("min_authorities", 1),
                ("jail_blocks", 40),
            ]),
            new_subnet: texts([
                ("tempo", i128::from(options.tempo)),
                ("weights_set_rate_limit", 0),
                ("serving_rate_limit", 0),
                ("commit_reveal_enabled", 0),
                ("emission_enabled", 1),
                ("immunity_period", 100),
            ]),
            root,
            accounts: DEV_ACCOUNTS.iter().enumerate().map(account).collect(),
            subnets: vec![dev_subnet()],
        }
    }

    /// A network with the public network's timing and defaults, and nothing but its accounts.
    pub fn mainnet(options: MainnetOptions) -> Genesis {
        Genesis {
            id: options.id,
            dev: false,
            timestamp_ms: 0,
            sudo: options.sudo,
            consensus: ConsensusMode::Authority,
            timing: Timing::MAINNET,
            limits: Limits::default(),
            authorities: options
                .authorities
                .into_iter()
                .map(|account| GenesisAuthority { account, power: 1 })
                .collect(),
            params: ParamTexts::new(),
            new_subnet: ParamTexts::new(),
            root: GenesisRoot::default(),
            subnets: Vec::new(),
            accounts: options
                .accounts
                .into_iter()
                .map(|(account, balance)| GenesisAccount { account, balance })
                .collect(),
        }
    }
}

fn texts<const N: usize>(values: [(&str, i128); N]) -> ParamTexts {
    values.map(|(name, value)| (name.to_owned(), ParamText::from(value))).into()
}

fn dev_root(options: &DevOptions) -> GenesisRoot {
    let stake = |&(hotkey, coldkey, _, tao): &(&str, &str, u64, u64)| GenesisRootStake {
        hotkey: dev_account(hotkey),
        coldkey: dev_account(coldkey),
        tao: Tao::whole(tao),
    };
    let authority = |index: u16| {
        let account = dev_account(&DevOptions::authority_uri(index));
        let tao = Tao::whole(10_000 + 1_000 * u64::from(index));
        GenesisRootStake { hotkey: account, coldkey: account, tao }
    };
    let elected = if options.consensus == ConsensusMode::Stake { options.authorities } else { 0 };
    let stakes = DEV_VALIDATORS.iter().map(stake).chain((0..elected).map(authority)).collect();
    GenesisRoot { params: ParamTexts::new(), stakes }
}

fn dev_subnet() -> GenesisSubnet {
    let neuron = |hotkey: &str, coldkey: &str, permit| GenesisNeuron {
        hotkey: dev_account(hotkey),
        coldkey: dev_account(coldkey),
        permit,
    };
    let stake = |hotkey: &str, coldkey: &str, alpha| GenesisStake {
        hotkey: dev_account(hotkey),
        coldkey: dev_account(coldkey),
        alpha: Alpha::whole(alpha),
    };
    let validators = DEV_VALIDATORS.iter().map(|(hotkey, coldkey, ..)| neuron(hotkey, coldkey, true));
    let miners = DEV_MINERS.iter().map(|(hotkey, coldkey)| neuron(hotkey, coldkey, false));
    let own = DEV_VALIDATORS.iter().map(|&(hotkey, coldkey, alpha, _)| stake(hotkey, coldkey, alpha));
    let (nominator, trusted, alpha) = DEV_NOMINATOR;
    GenesisSubnet {
        netuid: DEV_NETUID,
        name: "tour".to_owned(),
        owner: dev_account("//Alice"),
        owner_hotkey: dev_account("//val-a"),
        tao: Tao::whole(DEV_POOL.0),
        alpha: Alpha::whole(DEV_POOL.1),
        started: true,
        params: ParamTexts::new(),
        neurons: validators.chain(miners).collect(),
        stakes: own.chain([stake(trusted, nominator, alpha)]).collect(),
    }
}

/// The account of a development URI.
pub(super) fn dev_account(uri: &str) -> AccountId {
    // The URIs of the presets are constants that parse; a test builds every preset.
    Keypair::from_uri(uri).map(|key| key.account()).unwrap_or_default()
}
