//! [`ClusterBuilder`]: what a cluster has beside the description of its network.

use super::{
    super::{
        Builder, HarnessError, Setup, SetupError,
        crew::{Crew, Place},
        directory::Directory,
    },
    Cluster,
};
use crate::sim::{Link, Options, World};
use std::{collections::BTreeMap, sync::Arc};

/// What a cluster has beside its description.
#[derive(Clone)]
pub struct ClusterBuilder {
    network: Builder,
    observers: u16,
    link: Link,
    gossip: bool,
    twins: Vec<usize>,
    seats: BTreeMap<String, String>,
}

impl Builder {
    /// The network as a cluster of nodes; as many of them make blocks as the description has authorities.
    pub fn cluster(self) -> ClusterBuilder {
        let (twins, seats) = (Vec::new(), BTreeMap::new());
        ClusterBuilder { network: self, observers: 0, link: Link::CALM, gossip: false, twins, seats }
    }
}

impl ClusterBuilder {
    /// So many nodes that only follow.
    #[must_use]
    pub fn observers(mut self, observers: u16) -> ClusterBuilder {
        self.observers = observers;
        self
    }

    /// How messages travel between any two nodes.
    #[must_use]
    pub fn link_default(mut self, link: Link) -> ClusterBuilder {
        self.link = link;
        self
    }

    /// Nodes pass on what they hear. Otherwise everyone hears everything from its author alone.
    #[must_use]
    pub fn gossip(mut self) -> ClusterBuilder {
        self.gossip = true;
        self
    }

    /// A second honest node with the key of an authority: together they say two things. It comes after the observers.
    #[must_use]
    pub fn twin_of(mut self, authority: usize) -> ClusterBuilder {
        self.twins.push(authority);
        self
    }

    /// A neuron, or an account that trades, uses this node.
    #[must_use]
    pub fn seat(mut self, who: &str, node: &str) -> ClusterBuilder {
        self.seats.insert(who.to_owned(), node.to_owned());
        self
    }

    /// The cluster at block 0, everyone up and connected.
    ///
    /// # Errors
    /// What makes no sense.
    pub fn build(self) -> Result<Cluster, HarnessError> {
        let (setup, tools) = self.network.parts()?;
        let directory = Directory::built_in(setup)?;
        let crew = Crew::new(&directory, &tools)?;
        let options = Options::calm(directory.setup.authorities).genesis(directory.genesis.clone());
        let options = options.observers(self.observers).link(self.link).gossip(self.gossip);
        let options = self.twins.iter().fold(options, |options, twin| options.twin(*twin));
        let world = World::new(options, directory.setup.seed)?;
        let seen = vec![0; world.len()];
        let seats = seats(&directory.setup, &self.seats, world.len())?;
        let (blocks, awaited) = (BTreeMap::new(), BTreeMap::new());
        let directory = Arc::new(directory);
        let mut cluster = Cluster { directory, world, crew, seats, seen, blocks, awaited };
        for node in 0..cluster.world.len() {
            cluster.act(node)?;
        }
        Ok(cluster)
    }
}

/// Which node each participant uses: the one it is seated at, or the next authority in turn.
fn seats(
    setup: &Setup,
    chosen: &BTreeMap<String, String>,
    nodes: usize,
) -> Result<BTreeMap<Place, usize>, HarnessError> {
    let mut places: Vec<(Place, &str)> = Vec::new();
    for (netuid, subnet) in (1..).zip(&setup.subnets) {
        let validators = subnet.validators.iter().enumerate();
        places.extend(validators.map(|(at, one)| (Place::Validator(netuid, at), one.name.as_str())));
        let miners = subnet.miners.iter().enumerate();
        places.extend(miners.map(|(at, one)| (Place::Miner(netuid, at), one.name.as_str())));
    }
    let trades = setup.accounts.iter().flat_map(|one| one.trades.iter().map(|_| one.name.as_str()));
    places.extend(trades.enumerate().map(|(at, name)| (Place::Trader(at), name)));
    if let Some(name) = chosen.keys().find(|name| !places.iter().any(|(_, other)| other == name)) {
        let known = "those who act: neurons, and accounts that trade".to_owned();
        return Err(SetupError::Unknown { name: name.clone(), known }.into());
    }
    let turn = |(index, (place, name)): (usize, (Place, &str))| {
        let seat = chosen.get(name).map(|node| node_named(node, nodes));
        Ok((place, seat.unwrap_or(Ok(index % usize::from(setup.authorities)))?))
    };
    places.into_iter().enumerate().map(turn).collect()
}

/// The number of the node with this name.
pub(super) fn node_named(name: &str, nodes: usize) -> Result<usize, HarnessError> {
    let index = name.strip_prefix('n').and_then(|number| number.parse().ok());
    index
        .filter(|index| *index < nodes)
        .ok_or_else(|| HarnessError::Node(name.to_owned(), "part of this network"))
}
