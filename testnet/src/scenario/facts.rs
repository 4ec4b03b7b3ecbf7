//! What assertions can ask: every fact with its arguments, and what it means.
//!
//! Rules:
//! 1. A neuron's fact takes the neuron's name; where it is a neuron of several subnets, the subnet's name goes before
//!    it.
//! 2. Names are checked before anything runs, with the nearest right name; only what depends on time is found out late.

use super::{
    expr::{Call, Expr, Mistake, Value},
    read::nearest,
};

/// What an argument names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A subnet; the first one if it is left out.
    Subnet,
    /// A neuron or an account.
    Participant,
    /// A node.
    Node,
    /// A number.
    Number,
}

/// A fact that can be asked for.
#[derive(Clone, Copy, Debug)]
pub struct Fact {
    /// Its name.
    pub name: &'static str,
    /// Its arguments. A leading [`Kind::Subnet`] may be left out.
    pub arguments: &'static [Kind],
    /// What it says.
    pub meaning: &'static str,
}

const NEURON: &[Kind] = &[Kind::Subnet, Kind::Participant];
const SUBNET: &[Kind] = &[Kind::Subnet];

/// All facts.
pub const FACTS: &[Fact] = &[
    Fact { name: "incentive", arguments: NEURON, meaning: "what it earns as a miner, 0 to 1" },
    Fact { name: "dividends", arguments: NEURON, meaning: "what it earns as a validator, 0 to 1" },
    Fact {
        name: "consensus",
        arguments: NEURON,
        meaning: "the weight for it that enough stake supports, 0 to 1",
    },
    Fact {
        name: "validator_trust",
        arguments: NEURON,
        meaning: "how much of its weights the consensus supports",
    },
    Fact { name: "emission", arguments: NEURON, meaning: "what the last epoch emitted to it, in alpha" },
    Fact { name: "stake", arguments: NEURON, meaning: "the alpha staked to it" },
    Fact {
        name: "stake_share",
        arguments: NEURON,
        meaning: "its part of all alpha staked to neurons, 0 to 1",
    },
    Fact { name: "registered", arguments: NEURON, meaning: "whether it has a UID" },
    Fact { name: "permit", arguments: NEURON, meaning: "whether it holds a validator seat" },
    Fact { name: "balance", arguments: &[Kind::Participant], meaning: "the free TAO of its coldkey" },
    Fact {
        name: "wealth",
        arguments: &[Kind::Participant],
        meaning: "its free TAO, and its stake at present prices",
    },
    Fact { name: "price", arguments: SUBNET, meaning: "the price of alpha, in TAO" },
    Fact { name: "pool_tao", arguments: SUBNET, meaning: "the TAO in the pool" },
    Fact { name: "pool_alpha", arguments: SUBNET, meaning: "the alpha in the pool" },
    Fact { name: "neurons", arguments: SUBNET, meaning: "how many neurons there are" },
    Fact { name: "epochs", arguments: SUBNET, meaning: "how many epochs ran" },
    Fact { name: "exists", arguments: SUBNET, meaning: "whether the subnet is there" },
    Fact { name: "issuance", arguments: &[], meaning: "all TAO that exists" },
    Fact { name: "block_emission", arguments: &[], meaning: "the TAO that the next block mints" },
    Fact {
        name: "supply_conserved",
        arguments: &[],
        meaning: "whether all of the ledger's invariants hold, to the last unit",
    },
    Fact { name: "height", arguments: &[], meaning: "the last block" },
    Fact { name: "finalized", arguments: &[Kind::Node], meaning: "the last block that a node has" },
    Fact {
        name: "finalized_spread",
        arguments: &[],
        meaning: "between the node that is furthest and the one that is least far, in blocks",
    },
    Fact { name: "authorities", arguments: &[], meaning: "how many authorities make blocks" },
    Fact { name: "power", arguments: &[Kind::Node], meaning: "a node's part of the voting power, 0 to 1" },
    Fact {
        name: "at_block",
        arguments: &[Kind::Number],
        meaning: "whether the last block is at least this one",
    },
];

/// The names that a scenario has.
pub struct Names<'a> {
    /// Its subnets.
    pub subnets: &'a [&'a str],
    /// Its neurons and accounts.
    pub participants: &'a [&'a str],
    /// Its nodes.
    pub nodes: &'a [&'a str],
}

/// Checks the name of a fact and those in it.
///
/// # Errors
/// What does not exist, with the nearest that does.
pub fn check(call: &Call, names: &Names<'_>) -> Result<(), Mistake> {
    if ["abs", "min", "max"].contains(&call.name.as_str()) {
        return Ok(());
    }
    let Some(fact) = FACTS.iter().find(|fact| fact.name == call.name) else {
        let right = nearest(&call.name, FACTS.iter().map(|fact| fact.name));
        return Err(Mistake::new(call.at, unknown("fact", &call.name, right)));
    };
    for (kind, argument) in
        fact.kinds(call.arguments.len()).map_err(|text| Mistake::new(call.at, text))?.zip(&call.arguments)
    {
        let Expr::Literal(Value::Text(name)) = argument else { continue };
        let (what, known) = match kind {
            Kind::Subnet => ("subnet", names.subnets),
            Kind::Participant => ("neuron or account", names.participants),
            Kind::Node => ("node", names.nodes),
            Kind::Number => continue,
        };
        if !known.contains(&name.as_str()) {
            let right = nearest(name, known.iter().copied());
            return Err(Mistake::new(call.at, unknown(what, name, right)));
        }
    }
    Ok(())
}

impl Fact {
    /// What so many arguments are.
    ///
    /// # Errors
    /// There are too many or too few.
    fn kinds(&self, given: usize) -> Result<impl Iterator<Item = Kind>, String> {
        let optional = usize::from(self.arguments.first() == Some(&Kind::Subnet));
        let least = self.arguments.len() - optional;
        if (least..=self.arguments.len()).contains(&given) {
            return Ok(self.arguments.iter().skip(self.arguments.len() - given).copied());
        }
        Err(format!("`{}` is asked like this: {}", self.name, self.form()))
    }

    /// How it is written.
    pub fn form(&self) -> String {
        let word = |kind: &Kind| match kind {
            Kind::Subnet => "['subnet']",
            Kind::Participant => "'name'",
            Kind::Node => "'n0'",
            Kind::Number => "1",
        };
        format!("{}({})", self.name, self.arguments.iter().map(word).collect::<Vec<_>>().join(", "))
    }
}

fn unknown(what: &str, name: &str, right: Option<&str>) -> String {
    match right {
        Some(right) => format!("there is no {what} `{name}`; did you mean `{right}`?"),
        None => format!("there is no {what} `{name}`"),
    }
}
