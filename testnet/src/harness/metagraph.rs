//! What a test reads: neurons by name, the market of a subnet, balances. All of it is the chain's own answer
//! ([`taonet_chain::query`]) with names, and with ratios for comparing.

use super::{HarnessError, View};
use std::{
    fmt::{self, Write},
    ops::Index,
};
use taonet_chain::query::{self, NeuronInfo, PoolInfo};

/// The neurons of a subnet after a block, by uid and by name.
///
/// Its text is a table for people and snapshots: whole numbers and four decimals, the same on every machine.
#[derive(Clone, Debug, PartialEq)]
pub struct Metagraph {
    /// The name of the subnet.
    pub subnet: String,
    /// The height of the block.
    pub height: u64,
    /// By uid.
    pub neurons: Vec<NeuronView>,
}

/// A neuron. Ratios are between 0 and 1; for exact numbers there is `info`.
#[derive(Clone, Debug, PartialEq)]
pub struct NeuronView {
    /// Its name, or the ends of its address if it was not described.
    pub name: String,
    /// Its number.
    pub uid: u16,
    /// Its stake weight: whole alpha.
    pub stake: f64,
    /// The weight for it that enough stake supports.
    pub consensus: f64,
    /// Its share of what miners earn.
    pub incentive: f64,
    /// Its share of what validators earn.
    pub dividends: f64,
    /// How much of its weights the consensus supports.
    pub trust: f64,
    /// What the last epoch emitted to it: alpha.
    pub emission: f64,
    /// What the chain says of it, exactly.
    pub info: NeuronInfo,
}

impl Metagraph {
    pub(super) fn read(of: &View<'_>, subnet: &str) -> Result<Metagraph, HarnessError> {
        let netuid = of.directory.netuid(subnet)?;
        let neurons = query::metagraph(of.state, netuid).unwrap_or_default();
        let view = |info: NeuronInfo| NeuronView {
            name: of.directory.names.of(&info.hotkey),
            uid: info.uid,
            stake: whole(info.stake_weight),
            consensus: ratio(info.consensus),
            incentive: ratio(info.incentive),
            dividends: ratio(info.dividends),
            trust: ratio(info.validator_trust),
            emission: whole(info.emission.units()),
            info,
        };
        let (subnet, neurons) = (subnet.to_owned(), neurons.into_iter().map(view).collect());
        Ok(Metagraph { subnet, height: of.height, neurons })
    }

    /// The neuron with this name.
    pub fn get(&self, name: &str) -> Option<&NeuronView> {
        self.neurons.iter().find(|neuron| neuron.name == name)
    }

    /// All neurons by uid.
    pub fn iter(&self) -> impl Iterator<Item = &NeuronView> {
        self.neurons.iter()
    }
}

impl Index<&str> for Metagraph {
    type Output = NeuronView;

    /// The neuron with this name.
    ///
    /// # Panics
    /// There is none, which fails the test that asked.
    fn index(&self, name: &str) -> &NeuronView {
        self.get(name).unwrap_or_else(|| {
            let names: Vec<&str> = self.neurons.iter().map(|neuron| neuron.name.as_str()).collect();
            panic!("no neuron of `{}` is called `{name}`; there are {}", self.subnet, names.join(", "))
        })
    }
}

impl fmt::Display for Metagraph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.neurons.iter().map(|neuron| neuron.name.chars().count()).max().unwrap_or(0).max(4);
        writeln!(f, "{} after block {}", self.subnet, self.height)?;
        let titles = ["stake", "trust", "consensus", "incentive", "dividends", "emission", "permit"];
        let mut head = format!("{:>3}  {:<width$}", "uid", "name");
        for title in titles {
            write!(head, "  {title:>9}")?;
        }
        writeln!(f, "{}", head.trim_end())?;
        for neuron in &self.neurons {
            let NeuronView { uid, name, stake, consensus, incentive, dividends, trust, emission, info } =
                neuron;
            let permit = if info.validator_permit { "yes" } else { "" };
            let line = format!(
                "{uid:>3}  {name:<width$}  {stake:>9.1}  {trust:>9.4}  {consensus:>9.4}  {incentive:>9.4}  \
                 {dividends:>9.4}  {emission:>9.4}  {permit:>9}"
            );
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

/// The market of a subnet after a block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pool {
    /// TAO per alpha.
    pub price: f64,
    /// The TAO in it.
    pub tao: f64,
    /// The alpha in it.
    pub alpha: f64,
    /// What the chain says of it, exactly.
    pub info: PoolInfo,
}

impl Pool {
    pub(super) fn read(of: &View<'_>, subnet: &str) -> Result<Pool, HarnessError> {
        let netuid = of.directory.netuid(subnet)?;
        let info = query::subnet(of.state, netuid).map(|subnet| subnet.pool);
        let info = info.ok_or_else(|| HarnessError::Dissolved(subnet.to_owned()))?;
        Ok(Pool {
            price: info.price.bits as f64 / 2f64.powi(64),
            tao: whole(info.tao.units()),
            alpha: whole(info.alpha.units()),
            info,
        })
    }
}

impl fmt::Display for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.6} TAO per alpha, {:.3} TAO and {:.3} alpha", self.price, self.tao, self.alpha)
    }
}

/// Units of 10^-9 as whole ones.
fn whole(units: u64) -> f64 {
    units as f64 / 1e9
}

/// 65,535ths.
fn ratio(part: u16) -> f64 {
    f64::from(part) / f64::from(u16::MAX)
}
