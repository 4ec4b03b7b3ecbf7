//! The chain of real nodes, over gRPC.

use super::chain::{Chain, Mark, Neuron, Rules, Subnet};
use crate::{Client, Fault, Signer, proto};
use futures::{Stream, StreamExt, stream};
use std::{cell::Cell, future::Future, net::IpAddr, net::SocketAddr, pin::Pin, time::Duration};
use taonet_chain::{Call, Hash, Keypair, beacon};
use taonet_subnets::roles::Row;

/// How long a node may take to answer a read. A node that is stopped, but not gone, would otherwise never be given up.
const READ_TIME: Duration = Duration::from_secs(5);

/// The nodes that may be asked, and the key that signs calls. One is in use at a time; each new watch takes the first
/// that answers, so a role outlives its node as long as there is another one.
pub(super) struct GrpcChain {
    nodes: Vec<(Client, Signer)>,
    in_use: Cell<usize>,
}

impl GrpcChain {
    /// The first of `clients` is preferred.
    pub(super) fn new(clients: Vec<Client>, key: &Keypair) -> GrpcChain {
        let nodes = clients.into_iter().map(|client| (client.clone(), client.signer(key.clone()))).collect();
        GrpcChain { nodes, in_use: Cell::new(0) }
    }

    fn node(&self) -> Result<&(Client, Signer), Fault> {
        self.nodes.get(self.in_use.get()).ok_or_else(no_node)
    }
}

impl Chain for GrpcChain {
    type Blocks = Pin<Box<dyn Stream<Item = Result<Mark, Fault>>>>;

    async fn watch(&self) -> Result<Self::Blocks, Fault> {
        let mut lost = no_node();
        for (place, (client, _)) in self.nodes.iter().enumerate() {
            match in_time(client.heads(None)).await {
                Ok(heads) => {
                    self.in_use.set(place);
                    let now = mark_of(&in_time(client.status()).await?)?;
                    let later = heads.map(|head| mark(&head?)).skip_while(move |next| {
                        let is_past = next.as_ref().is_ok_and(|next| next.height <= now.height);
                        std::future::ready(is_past)
                    });
                    return Ok(Box::pin(stream::iter([Ok(now)]).chain(later)));
                }
                Err(fault) => lost = fault,
            }
        }
        Err(lost)
    }

    async fn subnet(&self, netuid: u16) -> Result<Subnet, Fault> {
        subnet(in_time(self.node()?.0.metagraph(netuid)).await?)
    }

    async fn rules(&self, netuid: u16) -> Result<Rules, Fault> {
        let parameters = in_time(self.node()?.0.parameters(Some(netuid))).await?;
        rules(&parameters)
    }

    async fn rows(&self, netuid: u16) -> Result<Vec<Row>, Fault> {
        let client = &self.node()?.0;
        let metagraph = in_time(client.metagraph(netuid)).await?;
        rows(&metagraph, &in_time(client.weights(netuid, 0, None)).await?)
    }

    /// Everybody can compute the keys of the local beacon from the network's identity.
    async fn round_key(&self, round: u64) -> Result<[u8; 32], Fault> {
        let status = in_time(self.node()?.0.status()).await?;
        let genesis = Hash::from_hex(&status.genesis).ok_or_else(|| unreadable("the hash of the genesis"))?;
        Ok(beacon::round_key(&genesis, round))
    }

    async fn execute(&self, call: Call) -> Result<(), Fault> {
        self.node()?.1.execute(call).await?.into_result().map(drop)
    }
}

async fn in_time<T>(read: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
    tokio::time::timeout(READ_TIME, read).await.unwrap_or_else(|_| Err(Fault::busy("reads")))
}

fn rules(parameters: &proto::Parameters) -> Result<Rules, Fault> {
    let text = |name: &str| {
        let found = parameters.parameters.iter().find(|parameter| parameter.name == name);
        found.map(|parameter| parameter.value.as_str()).ok_or_else(|| unreadable(name))
    };
    let number = |name: &str| text(name)?.parse().map_err(|_| unreadable(name));
    let is_hidden: bool =
        text("commit_reveal_enabled")?.parse().map_err(|_| unreadable("commit_reveal_enabled"))?;
    let reveal_period = number("reveal_period")?;
    Ok(Rules {
        weights_rate_limit: number("weights_set_rate_limit")?,
        weights_version: number("weights_version_key")?,
        reveal_period: is_hidden.then_some(reveal_period),
    })
}

/// The rows of all who hold a permit.
fn rows(metagraph: &proto::Metagraph, weights: &proto::Weights) -> Result<Vec<Row>, Fault> {
    let short = |number: &u32| u16::try_from(*number).map_err(|_| unreadable("a weight"));
    let row = |neuron: &proto::Neuron| {
        let said = weights.rows.iter().find(|row| row.uid == neuron.uid);
        let pairs = said.map(|row| row.uids.iter().zip(&row.values)).into_iter().flatten();
        let weights =
            pairs.map(|(uid, value)| Ok((short(uid)?, short(value)?))).collect::<Result<_, Fault>>()?;
        Ok(Row { uid: short(&neuron.uid)?, stake: neuron.stake, weights })
    };
    metagraph.neurons.iter().filter(|neuron| neuron.validator_permit).map(row).collect()
}

fn mark_of(status: &proto::Status) -> Result<Mark, Fault> {
    let hash = Hash::from_hex(&status.hash).ok_or_else(|| unreadable("the hash of the last block"))?;
    Ok(Mark { height: status.height, hash })
}

fn mark(head: &proto::Head) -> Result<Mark, Fault> {
    let hash = Hash::from_hex(&head.hash).ok_or_else(|| unreadable("the hash of a block"))?;
    Ok(Mark { height: head.height, hash })
}

fn subnet(metagraph: proto::Metagraph) -> Result<Subnet, Fault> {
    let subnet = metagraph.subnet.ok_or_else(|| unreadable("the metagraph"))?;
    let mut neurons: Vec<Neuron> = metagraph.neurons.iter().map(neuron).collect::<Result<_, _>>()?;
    neurons.sort_by_key(|neuron| neuron.uid);
    Ok(Subnet {
        height: subnet.height,
        tempo: subnet.tempo.into(),
        next_epoch: subnet.next_epoch_block.unwrap_or(u64::MAX),
        owner: subnet.owner_hotkey.parse().ok(),
        neurons,
    })
}

fn neuron(neuron: &proto::Neuron) -> Result<Neuron, Fault> {
    Ok(Neuron {
        uid: u16::try_from(neuron.uid).map_err(|_| unreadable("a uid"))?,
        hotkey: neuron.hotkey.parse().map_err(|_| unreadable("a hotkey"))?,
        permit: neuron.validator_permit,
        registered_at: neuron.registered_at,
        last_update: neuron.last_update,
        axon: neuron.axon.as_ref().and_then(address),
    })
}

/// Where an axon can be asked. Anybody may publish nonsense: then nowhere.
fn address(axon: &proto::Axon) -> Option<SocketAddr> {
    let ip: IpAddr = axon.ip.parse().ok()?;
    let port = u16::try_from(axon.port).ok().filter(|port| *port != 0)?;
    Some(SocketAddr::from((ip, port)))
}

fn no_node() -> Fault {
    Fault::invalid("no node is named", "Name one or more with --rpc.")
}

fn unreadable(what: &str) -> Fault {
    Fault::invalid(
        format!("the node's answer is not understood: {what}"),
        "Use a node and a role of the same version.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metagraph_becomes_a_subnet() {
        let axon = |ip: &str, port| Some(proto::Axon { ip: ip.into(), port, ..Default::default() });
        let hotkey = Keypair::from_seed([1; 32]).account();
        let row = |uid, axon| proto::Neuron { uid, hotkey: hotkey.to_string(), axon, ..Default::default() };
        let metagraph = proto::Metagraph {
            subnet: Some(proto::Subnet {
                height: 7,
                tempo: 20,
                next_epoch_block: Some(20),
                ..Default::default()
            }),
            neurons: vec![
                row(2, axon("127.0.0.1", 9_000)),
                row(1, axon("nowhere", 9_000)),
                row(0, axon("::1", 0)),
                row(3, None),
            ],
        };
        let subnet = subnet(metagraph).expect("it is readable");
        assert_eq!((subnet.height, subnet.tempo, subnet.next_epoch), (7, 20, 20));
        let axons: Vec<_> = subnet.neurons.iter().map(|neuron| (neuron.uid, neuron.axon)).collect();
        let here = SocketAddr::from(([127, 0, 0, 1], 9_000));
        assert_eq!(axons, [(0, None), (1, None), (2, Some(here)), (3, None)]);
    }

    #[test]
    fn weights_become_the_rows_of_those_who_may_set_some() {
        let neuron =
            |uid, validator_permit| proto::Neuron { uid, validator_permit, stake: 7, ..Default::default() };
        let metagraph =
            proto::Metagraph { neurons: vec![neuron(0, true), neuron(1, false)], ..Default::default() };
        let row = |uid| proto::WeightsRow { uid, uids: vec![1, 2], values: vec![10, 20] };
        let weights = proto::Weights { rows: vec![row(1), row(0)], ..Default::default() };
        let read = rows(&metagraph, &weights).expect("it is readable");
        assert_eq!(read, [Row { uid: 0, stake: 7, weights: vec![(1, 10), (2, 20)] }]);
        let wide = proto::WeightsRow { uid: 0, uids: vec![70_000], values: vec![1] };
        let weights = proto::Weights { rows: vec![wide], ..Default::default() };
        assert!(rows(&metagraph, &weights).is_err());
    }

    #[test]
    fn parameters_become_rules() {
        let parameters = |hidden: &str| {
            let one = |(name, value): (&str, &str)| proto::Parameter {
                name: name.into(),
                value: value.into(),
                ..Default::default()
            };
            let all = [
                ("weights_set_rate_limit", "100"),
                ("weights_version_key", "7"),
                ("reveal_period", "2"),
                ("commit_reveal_enabled", hidden),
            ];
            proto::Parameters { parameters: all.map(one).into(), ..Default::default() }
        };
        let rules = |hidden| super::rules(&parameters(hidden)).ok();
        let open = Rules { weights_rate_limit: 100, weights_version: 7, reveal_period: None };
        assert_eq!(rules("false"), Some(open));
        assert_eq!(rules("true"), Some(Rules { reveal_period: Some(2), ..open }));
        assert_eq!(rules("perhaps"), None);
    }

    #[test]
    fn an_answer_that_makes_no_sense_is_a_fault() {
        assert!(subnet(proto::Metagraph::default()).is_err());
        assert!(neuron(&proto::Neuron { hotkey: "5FA9".into(), ..Default::default() }).is_err());
        assert!(mark(&proto::Head { hash: "12".into(), ..Default::default() }).is_err());
    }
}
