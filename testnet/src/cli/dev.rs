//! `taonet dev`: time and state of a development network under one's control.

mod hold;

use super::chosen;
use crate::{
    network::{home::Home, production::word, time::Conductor},
    screen::{Screen, failure, result},
};
use clap::{Args, Subcommand, ValueEnum};
use hold::{STOPPED, held};
use serde_json::{Value, json};
use std::{process::ExitCode, time::Instant};
use taonet_node::{
    cli as node,
    fault::Fault,
    proto::{Checkpoint, Epochs, Mined, Production, mine_request::Until},
};

/// Exit code of a command that a signal ended, as shells have it for Ctrl-C.
const EXIT_STOPPED: u8 = 130;

/// What to do with time.
#[derive(Debug, Subcommand)]
pub(super) enum Dev {
    /// Mine blocks as fast as this computer can, each really executed
    Mine {
        /// How many
        #[arg(value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
        blocks: u64,
    },
    /// Let time pass: mine until so many epochs, so many blocks, or the next halving
    Warp(Warp),
    /// Keep the state, clock and waiting transactions of now under a name
    Checkpoint {
        /// Letters, digits, dashes and underscores
        name: String,
    },
    /// Go back to a checkpoint, as often as you like
    Revert {
        /// Its name
        name: String,
    },
    /// List the checkpoints
    Checkpoints,
    /// Say when blocks are made, or ask without a word
    Blocks {
        /// When
        how: Option<How>,
    },
    #[command(flatten)]
    Call(node::Development),
}

/// How far.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct Goal {
    /// So many epochs of the subnet
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    epochs: Option<u64>,
    /// So many blocks
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    blocks: Option<u64>,
    /// Until a block emits half as much
    #[arg(long)]
    until_halving: bool,
}

/// Let time pass.
#[derive(Debug, Args)]
pub(super) struct Warp {
    #[command(flatten)]
    goal: Goal,
    /// The subnet whose epochs count
    #[arg(long, short = 'u', default_value_t = 1)]
    netuid: u16,
}

impl Warp {
    fn until(&self) -> Until {
        match (self.goal.epochs, self.goal.blocks) {
            (Some(count), _) => Until::Epochs(Epochs { netuid: self.netuid.into(), count }),
            (None, Some(count)) => Until::Blocks(count),
            (None, None) => Until::Halving(true),
        }
    }
}

/// When blocks are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum How {
    /// One every slot
    Interval,
    /// Only by `taonet dev mine` and `warp`
    Manual,
    /// When a transaction waits that can be executed
    Instant,
}

impl From<How> for Production {
    fn from(how: How) -> Production {
        match how {
            How::Interval => Production::Interval,
            How::Manual => Production::Manual,
            How::Instant => Production::Instant,
        }
    }
}

impl Dev {
    /// Does it. Exit code 0: done; 1: not, and why is said; 130: a signal ended it.
    pub(super) fn run(self, global: &node::Global) -> ExitCode {
        if let Dev::Call(call) = self {
            return call.command().run(global);
        }
        let (json, quiet) = (global.json, global.quiet);
        let record = match chosen(&Home::find(), global.network.as_deref(), json) {
            Ok(record) => record,
            Err(code) => return code,
        };
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
            return failure(json, "no runtime", "check the limits of this user (ulimit -a)");
        };
        let mut screen = Screen::new(quiet || json);
        let done = runtime.block_on(async {
            let conductor = Conductor::of(&record).await?;
            self.conduct(&conductor, &mut screen).await
        });
        screen.end_status();
        match done {
            Ok((report, text)) => {
                if json {
                    result(report);
                } else {
                    result(text);
                }
                ExitCode::SUCCESS
            }
            Err(fault) => {
                let failed = failure(json, &fault.sentence, &fault.remedy);
                if fault.name == STOPPED { ExitCode::from(EXIT_STOPPED) } else { failed }
            }
        }
    }

    /// The result, for programs and for people.
    async fn conduct(self, conductor: &Conductor, screen: &mut Screen) -> Result<(Value, String), Fault> {
        match self {
            Dev::Mine { blocks } => mine(conductor, Until::Blocks(blocks), screen).await,
            Dev::Warp(warp) => mine(conductor, warp.until(), screen).await,
            Dev::Checkpoint { name } => {
                let made = held(conductor, async |_| conductor.checkpoint(&name).await).await?;
                let text = format!("{name}: block {} on {} nodes", made.height, conductor.count());
                Ok((checkpoint(&made), text))
            }
            Dev::Revert { name } => {
                let target = held(conductor, async |_| conductor.revert(&name).await).await?;
                let text =
                    format!("back at {name}: block {}, root {}…", target.height, short(&target.state_root));
                Ok((checkpoint(&target), text))
            }
            Dev::Checkpoints => {
                let all = conductor.checkpoints().await?;
                let lines: Vec<String> = all.iter().map(line).collect();
                let none = "no checkpoints; make one with: taonet dev checkpoint NAME".to_owned();
                let text = if lines.is_empty() { none } else { lines.join("\n") };
                Ok((json!(all.iter().map(checkpoint).collect::<Vec<_>>()), text))
            }
            Dev::Blocks { how } => blocks(conductor, how, screen).await,
            // These are transactions, and were handed on before.
            Dev::Call(_) => Ok((Value::Null, String::new())),
        }
    }
}

async fn mine(conductor: &Conductor, until: Until, screen: &mut Screen) -> Result<(Value, String), Fault> {
    for absent in conductor.absent() {
        screen.line(format!("{absent}; it takes the blocks over after: {}", absent.remedy()));
    }
    let work = async {
        let started = Instant::now();
        let speed = |blocks: u64| blocks as f64 / started.elapsed().as_secs_f64().max(0.001);
        let tell = |mined: &Mined| {
            let rate = speed(mined.blocks);
            screen.status(&format!(
                " block {} · {} mined · {rate:.0} blocks a second",
                mined.height, mined.blocks
            ));
        };
        let mined = conductor.mine(until, tell).await?;
        let built_s = started.elapsed().as_secs_f64();
        let last =
            |lowest: u64| screen.status(&format!(" block {}: the last node is at {lowest}", mined.height));
        conductor.gather(mined.height, Conductor::patience(mined.blocks), last).await?;
        Ok((mined, built_s, started.elapsed().as_secs_f64()))
    };
    let (mined, built_s, all_s) = held(conductor, async |signals| signals.end(work).await).await?;
    let rate = |seconds: f64| mined.blocks as f64 / seconds.max(0.001);
    let report = json!({
        "blocks": mined.blocks, "height": mined.height, "hash": mined.hash, "state_root": mined.state_root,
        "timestamp_ms": mined.timestamp_ms, "nodes": conductor.count(),
        "mined_s": built_s, "everywhere_s": all_s,
        "mined_per_s": rate(built_s), "everywhere_per_s": rate(all_s),
    });
    let text = format!(
        "{} blocks, now at {} on {} nodes in {all_s:.1} s: {:.0} blocks a second ({:.0} mined)",
        mined.blocks,
        mined.height,
        conductor.count(),
        rate(all_s),
        rate(built_s),
    );
    Ok((report, text))
}

async fn blocks(
    conductor: &Conductor,
    how: Option<How>,
    screen: &mut Screen,
) -> Result<(Value, String), Fault> {
    match how {
        Some(how) => conductor.produce_everywhere(how.into()).await?,
        None => conductor.absent().iter().for_each(|absent| screen.line(absent)),
    }
    let all = conductor.controls().await?;
    let report: Vec<Value> = all
        .iter()
        .map(|(name, control)| {
            json!({
                "node": name, "blocks": word(control.production()), "height": control.height,
                "hash": control.hash, "clock_ms": control.clock_ms, "offset_ms": control.offset_ms,
                "branch": control.branch,
            })
        })
        .collect();
    let lines = all.iter().map(|(name, control)| {
        let ahead = control.offset_ms as f64 / 1_000.0;
        let (word, height) = (word(control.production()), control.height);
        format!("{name}  {word:<8}  block {height:<8}  clock {ahead:+.1} s  branch {}", control.branch)
    });
    Ok((json!(report), lines.collect::<Vec<_>>().join("\n")))
}

fn checkpoint(one: &Checkpoint) -> Value {
    json!({
        "name": one.name, "height": one.height, "hash": one.hash, "state_root": one.state_root,
        "timestamp_ms": one.timestamp_ms, "clock_ms": one.clock_ms, "transactions": one.transactions,
    })
}

fn line(one: &Checkpoint) -> String {
    let (root, waiting) = (short(&one.state_root), one.transactions);
    format!("{:<20} block {:<8} root {root}…  {waiting} transactions waiting", one.name, one.height)
}

fn short(hex: &str) -> &str {
    hex.get(..8).unwrap_or(hex)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Taonet;
    use clap::{CommandFactory, Parser};

    #[test]
    fn words_become_goals() {
        Taonet::command().debug_assert();
        for words in [
            "taonet dev mine 10",
            "taonet dev warp --epochs 3 --netuid 2",
            "taonet dev warp --until-halving",
            "taonet dev checkpoint ready",
            "taonet dev blocks instant --json",
            "taonet dev blocks",
            "taonet dev fund //Zed 7 --no-wait",
            "taonet dev impersonate //Bob -- transfer --to //Zed --amount 1",
            "taonet up --blocks manual --bare",
            "taonet up --blocks 12s",
        ] {
            assert!(Taonet::try_parse_from(words.split(' ')).is_ok(), "{words}");
        }
        for words in [
            "taonet dev mine 0",
            "taonet dev warp",
            "taonet dev warp --epochs 1 --blocks 1",
            "taonet dev blocks sometimes",
            "taonet dev impersonate //Bob transfer",
            "taonet up --blocks soon",
            "taonet up --blocks 0ms",
            "taonet up --preset mainnet --blocks manual",
        ] {
            assert!(Taonet::try_parse_from(words.split(' ')).is_err(), "{words}");
        }
    }

    #[test]
    fn a_warp_ends_where_it_was_told_to() {
        let goal =
            |epochs, blocks, until_halving| Warp { goal: Goal { epochs, blocks, until_halving }, netuid: 2 };
        assert_eq!(goal(Some(3), None, false).until(), Until::Epochs(Epochs { netuid: 2, count: 3 }));
        assert_eq!(goal(None, Some(9), false).until(), Until::Blocks(9));
        assert_eq!(goal(None, None, true).until(), Until::Halving(true));
    }
}
