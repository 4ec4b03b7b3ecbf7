//! `links.toml`: what a node of a development network does to its links, from its start on.
//!
//! ```toml
//! seed = 7                       # where chance begins
//!
//! [[link]]
//! peer = "5FA9nQDVg267DEd8m1ZypXLBnvN7SFxYwV7ndqSYGiN9TTpu"
//! passage = "open"               # open, mute (what this node sends waits) or cut
//! latency_ms = 40
//! jitter_ms = 10                 # more or less
//! loss_ppm = 10000               # packets lost and sent again, in millionths
//! ```
//!
//! Rules:
//! 1. The file is written by whoever breaks links (`taonet net`), so that a node which starts again comes back into the
//!    same partition. The node only reads it, when it starts; afterwards the API changes its links (`links.proto`).
//! 2. Networks that are not marked dev have neither: a node with such a file does not start.

use crate::{
    config::ConfigError,
    fault::{Fault, shown},
    proto,
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fs, io, path::Path, time::Duration};
use taonet_chain::{AccountId, Genesis};
use taonet_p2p::{Conditions, Link, Links};

/// The name of the file in a node's directory.
pub const LINKS_FILE: &str = "links.toml";

/// The file as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct LinksFile {
    seed: u64,
    link: Vec<LinkEntry>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LinkEntry {
    peer: String,
    #[serde(default)]
    passage: Passage,
    #[serde(default)]
    latency_ms: u32,
    #[serde(default)]
    jitter_ms: u32,
    #[serde(default)]
    loss_ppm: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Passage {
    #[default]
    Open,
    Mute,
    Cut,
}

impl From<taonet_p2p::Passage> for Passage {
    fn from(passage: taonet_p2p::Passage) -> Passage {
        match passage {
            taonet_p2p::Passage::Open => Passage::Open,
            taonet_p2p::Passage::Mute => Passage::Mute,
            taonet_p2p::Passage::Cut => Passage::Cut,
        }
    }
}

impl From<Passage> for taonet_p2p::Passage {
    fn from(passage: Passage) -> taonet_p2p::Passage {
        match passage {
            Passage::Open => taonet_p2p::Passage::Open,
            Passage::Mute => taonet_p2p::Passage::Mute,
            Passage::Cut => taonet_p2p::Passage::Cut,
        }
    }
}

/// Whole milliseconds; what the transport allows fits by far.
fn milliseconds(duration: Duration) -> u32 {
    u32::try_from(duration.as_millis()).unwrap_or(u32::MAX)
}

/// Reads the link conditions in a node's directory; without the file there are none.
///
/// # Errors
/// The file cannot be read, says something that cannot be, or belongs to a network that is not marked dev.
pub fn load(dir: &Path, genesis: &Genesis) -> Result<Conditions, ConfigError> {
    let file = dir.join(LINKS_FILE);
    let wrong = |sentence: String, remedy: &str| ConfigError {
        file: file.clone(),
        line: None,
        sentence,
        remedy: remedy.into(),
    };
    let text = match fs::read_to_string(&file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Conditions::default()),
        text => text.map_err(|error| wrong(error.to_string(), "make it readable for this user"))?,
    };
    if !genesis.is_dev() {
        let sentence = "links are broken on purpose on development networks only".to_owned();
        return Err(wrong(sentence, "remove the file, or mark the network dev in its genesis"));
    }
    let remedy = "correct the file, or remove it: then all links are whole";
    let entries: LinksFile = toml::from_str(&text).map_err(|error| wrong(error.to_string(), remedy))?;
    let conditions = entries.conditions().map_err(|fault| wrong(fault.sentence, remedy))?;
    Links::new(conditions.clone()).map_err(|error| wrong(error.to_string(), remedy))?;
    Ok(conditions)
}

/// Writes the link conditions into a node's directory; when there are none, there is no file.
///
/// # Errors
/// What the operating system says.
pub fn save(dir: &Path, conditions: &Conditions) -> io::Result<()> {
    let file = dir.join(LINKS_FILE);
    if conditions.links.is_empty() {
        return match fs::remove_file(&file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        };
    }
    let link = conditions.links.iter().map(|(peer, link)| LinkEntry {
        peer: peer.to_string(),
        passage: link.passage.into(),
        latency_ms: milliseconds(link.latency),
        jitter_ms: milliseconds(link.jitter),
        loss_ppm: link.loss_ppm,
    });
    let entries = LinksFile { seed: conditions.seed, link: link.collect() };
    // Text, numbers and a list of tables of them: all of these TOML can say.
    let beside = dir.join("links.toml.new");
    fs::write(&beside, toml::to_string(&entries).map_err(io::Error::other)?)?;
    fs::rename(beside, file)
}

impl LinksFile {
    fn conditions(&self) -> Result<Conditions, Fault> {
        let links = self.link.iter().map(|entry| {
            let link = Link {
                passage: entry.passage.into(),
                latency: Duration::from_millis(entry.latency_ms.into()),
                jitter: Duration::from_millis(entry.jitter_ms.into()),
                loss_ppm: entry.loss_ppm,
            };
            Ok((peer(&entry.peer)?, link))
        });
        Ok(Conditions { seed: self.seed, links: links.collect::<Result<_, Fault>>()? })
    }
}

fn peer(text: &str) -> Result<AccountId, Fault> {
    text.parse().map_err(|error| {
        Fault::invalid(format!("`{}` is no node: {error}", shown(text)), "Name the SS58 account of a node.")
    })
}

/// The conditions as the API says them.
pub fn to_proto(conditions: &Conditions) -> proto::LinkConditions {
    let links = conditions.links.iter().map(|(peer, link)| proto::LinkCondition {
        peer: peer.to_string(),
        passage: match link.passage {
            taonet_p2p::Passage::Open => proto::LinkPassage::Open,
            taonet_p2p::Passage::Mute => proto::LinkPassage::Mute,
            taonet_p2p::Passage::Cut => proto::LinkPassage::Cut,
        }
        .into(),
        latency_ms: milliseconds(link.latency),
        jitter_ms: milliseconds(link.jitter),
        loss_ppm: link.loss_ppm,
    });
    proto::LinkConditions { seed: conditions.seed, links: links.collect() }
}

/// The conditions that a message of the API asks for.
///
/// # Errors
/// A peer that is no account, or a passage that does not exist.
pub fn from_proto(message: &proto::LinkConditions) -> Result<Conditions, Fault> {
    let mut links = BTreeMap::new();
    for entry in &message.links {
        let passage = match proto::LinkPassage::try_from(entry.passage) {
            Ok(proto::LinkPassage::Open) => taonet_p2p::Passage::Open,
            Ok(proto::LinkPassage::Mute) => taonet_p2p::Passage::Mute,
            Ok(proto::LinkPassage::Cut) => taonet_p2p::Passage::Cut,
            Err(_) => {
                return Err(Fault::invalid(
                    format!("{} is no passage", entry.passage),
                    "Send OPEN, MUTE or CUT.",
                ));
            }
        };
        let link = Link {
            passage,
            latency: Duration::from_millis(entry.latency_ms.into()),
            jitter: Duration::from_millis(entry.jitter_ms.into()),
            loss_ppm: entry.loss_ppm,
        };
        links.insert(peer(&entry.peer)?, link);
    }
    Ok(Conditions { seed: message.seed, links })
}

#[cfg(test)]
mod tests {
    use super::*;
    use taonet_chain::{DevOptions, Keypair, genesis::MainnetOptions};

    fn dev() -> Genesis {
        Genesis::dev(DevOptions::default())
    }

    fn conditions() -> Conditions {
        let peer = |n| Keypair::from_seed([n; 32]).account();
        let slow = Link {
            latency: Duration::from_millis(40),
            jitter: Duration::from_millis(10),
            loss_ppm: 10_000,
            ..Link::default()
        };
        let cut = Link { passage: taonet_p2p::Passage::Cut, ..Link::default() };
        let mute = Link { passage: taonet_p2p::Passage::Mute, ..slow };
        Conditions { seed: 9, links: [(peer(1), slow), (peer(2), cut), (peer(3), mute)].into() }
    }

    #[test]
    fn conditions_survive_the_file_and_the_wire() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(load(dir.path(), &dev()).unwrap(), Conditions::default(), "no file, no conditions");
        save(dir.path(), &conditions()).unwrap();
        assert_eq!(load(dir.path(), &dev()).unwrap(), conditions());
        assert_eq!(from_proto(&to_proto(&conditions())).unwrap(), conditions());
        save(dir.path(), &Conditions { seed: 9, ..Conditions::default() }).unwrap();
        assert!(!dir.path().join(LINKS_FILE).exists());
        save(dir.path(), &Conditions::default()).unwrap();
    }

    #[test]
    fn a_file_that_cannot_be_is_refused_with_what_to_do() {
        let dir = tempfile::tempdir().unwrap();
        let alice = Keypair::from_seed([1; 32]).account();
        let table = [
            "sede = 1".to_owned(),
            "[[link]]\npeer = \"alice\"\n".to_owned(),
            format!("[[link]]\npeer = \"{alice}\"\npassage = \"closed\"\n"),
            format!("[[link]]\npeer = \"{alice}\"\nlatency_ms = 1001\n"),
            format!("[[link]]\npeer = \"{alice}\"\nloss_ppm = 500001\n"),
        ];
        for text in table {
            fs::write(dir.path().join(LINKS_FILE), &text).unwrap();
            let error = load(dir.path(), &dev()).expect_err(&text);
            assert!(error.to_string().contains(LINKS_FILE) && !error.remedy.is_empty(), "{error}");
        }
    }

    #[test]
    fn only_a_development_network_has_links_that_are_broken_on_purpose() {
        let dir = tempfile::tempdir().unwrap();
        save(dir.path(), &conditions()).unwrap();
        let options = MainnetOptions {
            id: "real".into(),
            sudo: dev().sudo,
            authorities: vec![dev().sudo],
            accounts: Vec::new(),
        };
        let error = load(dir.path(), &Genesis::mainnet(options)).expect_err("not dev");
        assert!(error.to_string().contains("development networks only"), "{error}");
    }

    #[test]
    fn a_message_that_cannot_be_is_refused() {
        let good = to_proto(&conditions());
        let mut no_account = good.clone();
        no_account.links[0].peer = "5Nobody".into();
        let mut no_passage = good;
        no_passage.links[0].passage = 3;
        assert!(from_proto(&no_account).is_err() && from_proto(&no_passage).is_err());
    }
}
