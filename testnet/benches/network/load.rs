//! Transfers through four real nodes.
//!
//! Rules:
//! 1. 210 accounts, the ten of development and 200 that they fund, are spread over all nodes. Each keeps a fixed number
//!    of transfers on their way (the *depth*) and hands in the next when one is in a block: the network sets the pace.
//! 2. Everything is signed before, so that signing costs the network nothing.
//! 3. A transfer has arrived when the block that contains it comes out of the block stream of the first node: decided
//!    by
//!    a quorum, executed, stored. From being handed in until then is its *wait*.
//! 4. What counts are the [`MEASURED`] blocks after the first [`WARM_UP`]; then nothing more leaves, and everything
//!    on its
//!    way must arrive.

use crate::{
    desk::{Arrival, Desk},
    figures::Outcome,
    machine,
    round::{Round, Work},
};
use std::sync::Arc;
use taonet_chain::{Body, Call, Hash, Keypair, Transaction, keys::DEV_ACCOUNTS};
use taonet_node::client::{Client, VALIDITY_BLOCKS};
use taonet_subnets::amount::Tao;
use taonet_testnet::network::record::Record;
use tokio::task::{JoinSet, spawn_blocking};

/// Accounts besides those of development.
const FURTHER_ACCOUNTS: usize = 200;

/// What each of them gets: enough for a hundred thousand fees.
const ALLOWANCE: Tao = Tao::whole(10);

/// Blocks before the measurement, in which queues fill.
const WARM_UP: usize = 8;

/// Blocks that are measured.
pub(crate) const MEASURED: usize = 40;

/// What is still on its way so many blocks after the end is lost.
const DRAIN: usize = 40;

/// Accounts with money, and nodes to send it through.
pub(crate) struct Load {
    clients: Vec<Client>,
    nodes: Vec<u32>,
    genesis: Hash,
    keys: Vec<Keypair>,
    verification_us: f64,
}

impl Load {
    /// Connects to all nodes and funds the accounts.
    pub(crate) async fn prepare(record: &Record, verification_us: f64) -> Outcome<Load> {
        let mut clients = Vec::new();
        for node in &record.nodes {
            clients.push(Client::connect(&node.rpc).await?);
        }
        let nodes = record.nodes.iter().filter_map(|node| Some(node.process?.pid)).collect();
        let further = (0..FURTHER_ACCOUNTS).map(|index| format!("//load//{index}"));
        let uris = DEV_ACCOUNTS.iter().map(|&uri| uri.to_owned()).chain(further);
        let keys = uris.map(|uri| Keypair::from_uri(&uri)).collect::<Result<Vec<Keypair>, _>>()?;
        let genesis = Hash::from_hex(&record.genesis).ok_or("the record's genesis is no hash")?;
        let load = Load { clients, nodes, genesis, keys, verification_us };
        load.fund().await?;
        Ok(load)
    }

    /// Each account of development funds its share of the others.
    async fn fund(&self) -> Outcome<()> {
        let (rich, poor) = self.keys.split_at(DEV_ACCOUNTS.len());
        let mut last = Vec::new();
        for (index, (key, share)) in rich.iter().zip(poor.chunks(poor.len() / rich.len())).enumerate() {
            let client = &self.clients[index % self.clients.len()];
            let first = self.clients[0].prepare(&key.account()).await?.nonce;
            for (nonce, to) in (first..).zip(share) {
                last.push(client.submit(&transfer(key, self.genesis, nonce, to, ALLOWANCE)).await?);
            }
        }
        let until = self.clients[0].status().await?.height + VALIDITY_BLOCKS;
        for id in last {
            self.clients[0].wait_for_transaction(&id, until).await?.into_result()?;
        }
        Ok(())
    }

    /// One measurement with `depth` transfers of each account on their way.
    pub(crate) async fn round(&self, depth: usize) -> Outcome<Round> {
        let signed = self.sign((WARM_UP + MEASURED) * depth).await?;
        let desk = Arc::new(Desk::new(self.keys.len(), depth));
        let mut blocks = self.clients[0].blocks(None).await?;
        let mut senders = JoinSet::new();
        for (index, transfers) in signed.into_iter().enumerate() {
            let client = self.clients[index % self.clients.len()].clone();
            senders.spawn(Arc::clone(&desk).send(index, client, transfers));
        }
        let mut arrivals: Vec<Arrival> = Vec::new();
        let mut work = Vec::new();
        while arrivals.len() < WARM_UP + MEASURED {
            let block = blocks.message().await?.ok_or("the block stream ended")?;
            arrivals.push(desk.arrived(&block));
            if [WARM_UP, WARM_UP + MEASURED].contains(&arrivals.len()) {
                work.push(self.work());
            }
        }
        desk.close();
        for _ in 0..DRAIN {
            if desk.on_the_way() > 0 {
                let block = blocks.message().await?.ok_or("the block stream ended")?;
                desk.arrived(&block);
            }
        }
        let (refused, lost) = (desk.refused(), desk.on_the_way());
        // The last block of the warm-up is where the clock starts.
        let spent = work[1].since(&work[0]);
        Ok(Round::of(depth, &arrivals[WARM_UP - 1..], spent, refused, lost, self))
    }

    /// For each account so many transfers to the next one: as many as it could ever have in blocks.
    async fn sign(&self, count: usize) -> Outcome<Vec<Vec<Transaction>>> {
        let mut signing = Vec::new();
        for (index, key) in self.keys.iter().enumerate() {
            let first = self.clients[0].prepare(&key.account()).await?.nonce;
            let (key, to) = (key.clone(), self.keys[(index + 1) % self.keys.len()].clone());
            let genesis = self.genesis;
            let row = move |nonce| transfer(&key, genesis, nonce, &to, Tao::new(1_000));
            signing.push(spawn_blocking(move || (first..first + count as u64).map(row).collect()));
        }
        let mut signed = Vec::new();
        for row in signing {
            signed.push(row.await?);
        }
        Ok(signed)
    }

    fn work(&self) -> Work {
        Work {
            nodes_s: self.nodes.iter().map(|&pid| machine::seconds_of(pid)).sum(),
            clients_s: machine::seconds_of(std::process::id()),
            computer_s: machine::busy_seconds(),
        }
    }

    /// How many accounts send.
    pub(crate) fn accounts(&self) -> usize {
        self.keys.len()
    }

    /// How many nodes check each signature.
    pub(crate) fn nodes(&self) -> usize {
        self.nodes.len()
    }

    /// Microseconds of one core that a signature costs.
    pub(crate) fn verification_us(&self) -> f64 {
        self.verification_us
    }
}

fn transfer(key: &Keypair, genesis: Hash, nonce: u64, to: &Keypair, amount: Tao) -> Transaction {
    let call = Call::Transfer { to: to.account(), amount };
    let signer = key.account();
    let body = Body { signer, nonce, genesis, valid_from: 0, valid_until: u64::MAX, tip: Tao::ZERO, call };
    Transaction::sign(key, body)
}
