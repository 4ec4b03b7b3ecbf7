//! Clients that ask for things at random: transfers, stakes, weights, and now and then nonsense.
//!
//! They look at the ledger of the node they speak to, so they use a nonce twice when that node is behind, and replace
//! each other's transactions with higher tips. All of that must be harmless.

use super::{Random, Violation, World};
use taonet_chain::{
    Authority, Body, Call, Keypair, Transaction,
    genesis::{DEV_NETUID, DEV_VALIDATORS},
    keys::DEV_ACCOUNTS,
    ledger::accounts,
};
use taonet_subnets::amount::{Alpha, Tao};

/// For how many heights a transaction may wait.
const PATIENCE: u64 = 20;

/// The clients of a development network, and the hotkeys they stake to.
#[derive(Clone, Debug)]
pub struct Load {
    clients: Vec<Keypair>,
    hotkeys: Vec<Keypair>,
}

impl Default for Load {
    fn default() -> Load {
        let keys = |uris: &mut dyn Iterator<Item = &str>| {
            uris.filter_map(|uri| Keypair::from_uri(uri).ok()).collect::<Vec<_>>()
        };
        Load {
            clients: keys(&mut DEV_ACCOUNTS.into_iter()),
            hotkeys: keys(&mut DEV_VALIDATORS.iter().map(|validator| validator.0)),
        }
    }
}

impl Load {
    /// Somebody asks one of the running nodes for something.
    ///
    /// # Errors
    /// What must not happen did.
    pub fn submit_any(&self, world: &mut World, random: &mut Random) -> Result<(), Violation> {
        let node = random.below(world.len() as u64) as usize;
        let client = random.pick(&self.clients).cloned();
        let call = self.call(random);
        match client.zip(call) {
            Some((client, call)) if world.is_up(node) => {
                let tip = Tao::new(random.below(1_000_000));
                submit(world, node, &client, call, tip, PATIENCE)
            }
            _ => Ok(()),
        }
    }

    fn call(&self, random: &mut Random) -> Option<Call> {
        let hotkey = random.pick(&self.hotkeys)?.account();
        let netuid = if random.chance(90) { DEV_NETUID } else { random.below(3) as u16 };
        let milli = 1_000_000 * random.between(1, 2_000);
        Some(match random.below(6) {
            0 | 1 => Call::Transfer { to: random.pick(&self.clients)?.account(), amount: Tao::new(milli) },
            2 | 3 => Call::AddStake { hotkey, netuid, amount: Tao::new(milli) },
            4 => Call::RemoveStake { hotkey, netuid, amount: Alpha::new(milli) },
            _ => Call::Transfer { to: hotkey, amount: Tao::new(u64::MAX / 2) },
        })
    }
}

/// Governance asks a node for another set of authorities; it holds for `patience` heights and is then forgotten.
///
/// # Errors
/// What must not happen did.
pub fn replace_authorities(
    world: &mut World,
    node: usize,
    authorities: Vec<Authority>,
    patience: u64,
) -> Result<(), Violation> {
    match Keypair::from_uri("//Alice") {
        Ok(sudo) => submit(world, node, &sudo, Call::SetAuthorities { authorities }, Tao::whole(1), patience),
        Err(_) => Ok(()),
    }
}

/// A client submits a call to a running node, with the next nonce of that node's ledger.
///
/// # Errors
/// What must not happen did.
pub fn submit(
    world: &mut World,
    node: usize,
    client: &Keypair,
    call: Call,
    tip: Tao,
    patience: u64,
) -> Result<(), Violation> {
    let Some(replica) = world.replica(node) else { return Ok(()) };
    let signer = client.account();
    let (nonce, height) = (accounts::nonce(replica.store(), &signer), replica.tip().height);
    let genesis = world.network().genesis;
    let body = Body { signer, nonce, genesis, valid_from: 0, valid_until: height + patience, tip, call };
    world.submit(node, Transaction::sign(client, body))
}
