//! `taonet net`: breaks a running network on purpose, and mends it.
//!
//! Rules:
//! 1. It works on what runs, in the foreground or in the background, through its `network.json`; nothing else is
//!    touched.
//! 2. What is asked for has happened when the command ends. After every command it is said which nodes can still make
//!    blocks.
//! 3. Whoever mends waits for the proof: all nodes that run have the same next block; the same last one, where blocks
//!    do not come by themselves.

mod lives;
mod words;

use super::{chosen, status};
use crate::{
    network::{
        control::Life,
        home::Home,
        links::{Change, Faults},
        production::{Productions, word},
        reach::Reach,
        ready::{self, Failure, Node},
        record::Record,
    },
    screen::{failure, program, result},
};
use clap::{Args, Subcommand};
use lives::Deed;
use serde_json::{Value, json};
use std::{process::ExitCode, time::Instant};
use taonet_p2p::{Link, Passage};
use words::{Time, loss, nodes, partition, shown};

/// Break and mend a running network.
#[derive(Debug, Args)]
pub(super) struct Net {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show the nodes and every link that is not whole
    Show,
    /// End nodes at once, as if their power failed (SIGKILL)
    Kill(Names),
    /// Stop nodes where they are (SIGSTOP); their connections stay open
    Pause(Names),
    /// Let paused nodes go on (SIGCONT)
    Resume(Names),
    /// Start nodes from their folders, after asking those that run to go
    Restart(Names),
    /// Cut every link between groups of nodes: partition n0,n1 / n2,n3
    ///
    /// Nodes that are not named form one more group. The next partition replaces this one.
    Partition {
        /// The groups, with / between them
        #[arg(required = true, value_name = "NODES [/ NODES]...")]
        groups: Vec<String>,
    },
    /// Open every link that is cut or mute, and wait until all nodes agree again
    Heal {
        /// Take away latency, jitter and loss as well
        #[arg(long)]
        all: bool,
    },
    /// Make the link between two nodes slow, lossy or cut, in both directions
    Link(LinkArgs),
}

#[derive(Debug, Args)]
struct Names {
    /// Which nodes: n0 n1 …, or all
    #[arg(required = true)]
    names: Vec<String>,
}

#[derive(Debug, Args)]
struct LinkArgs {
    /// One end: a node, or all
    from: String,
    /// The other end
    #[arg(default_value = "all")]
    to: String,
    /// How late bytes arrive: 40ms, at most 1s together with the jitter
    #[arg(long)]
    latency: Option<Time>,
    /// By how much that varies, up and down
    #[arg(long)]
    jitter: Option<Time>,
    /// Packets lost and sent again, at most 50%
    #[arg(long, value_parser = loss, value_name = "PERCENT")]
    loss: Option<u32>,
    /// No connection
    #[arg(long, group = "passage")]
    cut: bool,
    /// What the first end sends waits; it still hears the other
    #[arg(long, group = "passage")]
    mute: bool,
    /// Neither cut nor mute
    #[arg(long, group = "passage")]
    open: bool,
    /// Only what the first end sends to the other
    #[arg(long)]
    one_way: bool,
    /// Where the chance of jitter and loss begins
    #[arg(long)]
    seed: Option<u64>,
}

impl Net {
    /// Does it. Exit code 0: done; 1: not, and why is said.
    pub(super) fn run(self, network: Option<&str>, as_json: bool) -> ExitCode {
        let record = match chosen(&Home::find(), network, as_json) {
            Ok(record) => record,
            Err(code) => return code,
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let done = match runtime {
            Ok(runtime) => runtime.block_on(self.command.run(record, as_json)),
            Err(error) => Err(Failure::of_system("no runtime", &error)),
        };
        match done {
            Ok(()) => ExitCode::SUCCESS,
            Err(failed) => {
                let look = format!("{} net show", program());
                failure(as_json, &failed, failed.remedy.as_deref().unwrap_or(&look))
            }
        }
    }
}

impl Command {
    async fn run(self, mut record: Record, as_json: bool) -> Result<(), Failure> {
        let begins = matches!(self, Command::Resume(_) | Command::Restart(_));
        let done = match self {
            Command::Show => String::new(),
            Command::Kill(names) => Deed::Kill.run(&mut record, &names).await?,
            Command::Pause(names) => Deed::Pause.run(&mut record, &names).await?,
            Command::Resume(names) => resume(&mut record, &names).await?,
            Command::Restart(names) => Deed::Restart.run(&mut record, &names).await?,
            Command::Partition { groups } => cut(&record, &groups).await?,
            Command::Heal { all } => heal(&record, all, as_json).await?,
            Command::Link(link) => shape(&record, link).await?,
        };
        let faults = read(&record)?;
        let statuses = status::ask(&record).await;
        let reach = Reach::of(&record, &statuses);
        let productions = Productions::ask(&record).await;
        if as_json {
            let mut value = as_value(&record, &faults, &statuses, reach, &done);
            value["blocks"] = json!(productions.common().map(word));
            result(value);
            return Ok(());
        }
        if done.is_empty() {
            show(&record, &faults, &statuses);
        } else {
            result(done);
        }
        // Who was just started again is about to find its peers.
        if !reach.suffices() && !begins {
            result(format!("blocks stand still: {reach}"));
        }
        if let Some(held) = productions.sentence() {
            result(held);
        }
        Ok(())
    }
}

fn read(record: &Record) -> Result<Faults, Failure> {
    Faults::read(record).map_err(|error| Failure::of_system("links.toml", &error))
}

async fn resume(record: &mut Record, names: &Names) -> Result<String, Failure> {
    let done = Deed::Resume.run(record, names).await;
    // A node that was paused could not be told what happened to its links meanwhile.
    read(record)?.tell(record).await?;
    done
}

/// Writes the links down and tells the nodes.
async fn put(record: &Record, faults: &Faults) -> Result<String, Failure> {
    faults.write(record).map_err(|error| Failure::of_system("links.toml", &error))?;
    let absent = faults.tell(record).await?;
    if absent.is_empty() {
        return Ok(String::new());
    }
    Ok(format!("\n{} will know when it runs again; the other ends know now", absent.join(" ")))
}

async fn cut(record: &Record, groups: &[String]) -> Result<String, Failure> {
    let groups = partition(record, groups)?;
    let mut faults = read(record)?;
    faults.partition(&groups, record.nodes.len());
    let later = put(record, &faults).await?;
    let sides: Vec<String> = groups.iter().map(|group| shown(record, group)).collect();
    Ok(format!("cut: {}{later}", sides.join(" / ")))
}

async fn heal(record: &Record, all: bool, quiet: bool) -> Result<String, Failure> {
    let mut faults = read(record)?;
    if all {
        faults = Faults::default();
    }
    faults.open(record.nodes.len());
    let started = Instant::now();
    let later = put(record, &faults).await?;
    let nodes = running(record).await?;
    if nodes.len() * 3 <= record.nodes.len() * 2 {
        return Ok(format!("healed; too few nodes run for blocks{later}"));
    }
    let mut height = 0;
    for node in &nodes {
        let status = node.client.status().await;
        let status =
            status.map_err(|fault| Failure::of(&node.record, format!("asked how far it is: {fault}")))?;
        height = height.max(status.height);
    }
    let is_held = Productions::ask(record).await.is_held();
    let next =
        if is_held { "waiting until all nodes have met" } else { "waiting for the next block on every node" };
    if !quiet {
        eprintln!("healed; {next}");
    }
    let agreed = if is_held { met(&nodes, height).await? } else { next_block(&nodes, height).await? };
    let seconds = started.elapsed().as_secs_f64();
    Ok(format!("healed: {} nodes {agreed}, after {seconds:.1} s{later}", nodes.len()))
}

/// The proof where blocks come by themselves.
async fn next_block(nodes: &[Node], height: u64) -> Result<String, Failure> {
    let agreement = ready::agree(nodes, height + 1, ready::PATIENCE).await?;
    let root = agreement.state_root.get(..8).unwrap_or_default();
    Ok(format!("agree again on block {}, state root {root}", agreement.height))
}

/// The proof where none comes by itself: they hear each other, and have the same last block.
async fn met(nodes: &[Node], height: u64) -> Result<String, Failure> {
    ready::meet(nodes).await?;
    // The genesis is no block to ask for; whoever has another one is turned away.
    if height > 0 {
        ready::agree(nodes, height, ready::PATIENCE).await?;
    }
    Ok(format!("have met at block {height}"))
}

/// Connections to all nodes that run.
async fn running(record: &Record) -> Result<Vec<Node>, Failure> {
    let mut nodes = Vec::new();
    for node in record.nodes.iter().filter(|node| Life::of(node.process) == Life::Running) {
        let fault = |fault| Failure::of(node, fault);
        nodes.push(Node { record: node.clone(), client: node.connect().await.map_err(fault)? });
    }
    Ok(nodes)
}

async fn shape(record: &Record, args: LinkArgs) -> Result<String, Failure> {
    let passage = match (args.cut, args.mute, args.open) {
        (true, ..) => Some(Passage::Cut),
        (_, true, _) => Some(Passage::Mute),
        (.., true) => Some(Passage::Open),
        _ => None,
    };
    let change = Change {
        passage,
        latency: args.latency.map(|time| time.0),
        jitter: args.jitter.map(|time| time.0),
        loss_ppm: args.loss,
    };
    if change == Change::default() && args.seed.is_none() {
        let remedy = "name what to change: --latency 40ms --jitter 10ms --loss 1% --cut --mute --open";
        return Err(refused("nothing is to be changed", remedy));
    }
    // Being mute is what one end does; the other way it would be a cut.
    let one_way = args.one_way || passage == Some(Passage::Mute);
    let (from, to) = (nodes(record, &[args.from])?, nodes(record, &[args.to])?);
    if from.iter().all(|one| to == [*one]) {
        let remedy = "name two nodes: taonet net link n0 n1 --cut";
        return Err(refused("a node has no link with itself", remedy));
    }
    let mut faults = read(record)?;
    faults.seed = args.seed.unwrap_or(faults.seed);
    for &one in &from {
        for &other in to.iter().filter(|&&other| other != one) {
            faults.change(one, other, &change);
            if !one_way {
                faults.change(other, one, &change);
            }
        }
    }
    faults.check().map_err(|error| refused(&error.to_string(), "choose less"))?;
    let later = put(record, &faults).await?;
    let lines: Vec<String> = lines(record, &faults);
    let lines = if lines.is_empty() { "all links are whole".to_owned() } else { lines.join("\n") };
    Ok(lines + &later)
}

/// A command that makes no sense for this network.
fn refused(what: &str, remedy: &str) -> Failure {
    Failure {
        name: "net".to_owned(),
        check: what.to_owned(),
        last_words: Vec::new(),
        remedy: Some(remedy.to_owned()),
        port_taken: false,
    }
}

fn show(record: &Record, faults: &Faults, statuses: &[Option<taonet_node::proto::Status>]) {
    result(format!("{:<6} {:<8} {:>8} {:>5}  CONNECTED TO", "NODE", "STATE", "HEIGHT", "PEERS"));
    for (node, status) in record.nodes.iter().zip(statuses) {
        let status = status.clone().unwrap_or_default();
        let connected: Vec<&str> = record
            .nodes
            .iter()
            .filter(|other| status.connected.contains(&other.authority))
            .map(|other| other.name.as_str())
            .collect();
        let life = Life::of(node.process).name();
        let (name, height, peers) = (&node.name, status.height, status.peers);
        result(format!("{name:<6} {life:<8} {height:>8} {peers:>5}  {}", connected.join(" ")));
    }
    lines(record, faults).iter().for_each(result);
}

/// One line for each link that is not whole; one for both directions if they are the same.
fn lines(record: &Record, faults: &Faults) -> Vec<String> {
    let one = |((from, to), link): ((usize, usize), Link)| {
        let both = faults.link(to, from) == link;
        if both && to < from {
            return None;
        }
        let arrow = if both { "↔" } else { "→" };
        let (from, to) = (&record.nodes.get(from)?.name, &record.nodes.get(to)?.name);
        Some(format!("{from} {arrow} {to}  {}", words::link(&link)))
    };
    faults.broken().filter_map(one).collect()
}

fn as_value(
    record: &Record,
    faults: &Faults,
    statuses: &[Option<taonet_node::proto::Status>],
    reach: Reach,
    done: &str,
) -> Value {
    let node =
        |(node, status): (&crate::network::record::NodeRecord, &Option<taonet_node::proto::Status>)| {
            json!({
                "name": node.name,
                "state": Life::of(node.process).name(),
                "process": node.process,
                "height": status.as_ref().map(|status| status.height),
                "peers": status.as_ref().map(|status| status.peers),
            })
        };
    let link = |((from, to), link): ((usize, usize), Link)| {
        json!({
            "from": record.nodes.get(from).map(|node| &node.name),
            "to": record.nodes.get(to).map(|node| &node.name),
            "passage": words::passage(link.passage),
            "latency_ms": link.latency.as_millis() as u64,
            "jitter_ms": link.jitter.as_millis() as u64,
            "loss_ppm": link.loss_ppm,
        })
    };
    json!({
        "id": record.id,
        "done": done,
        "seed": faults.seed,
        "nodes": record.nodes.iter().zip(statuses).map(node).collect::<Vec<_>>(),
        "links": faults.broken().map(link).collect::<Vec<_>>(),
        "reach": reach,
        "moving": reach.suffices(),
    })
}
