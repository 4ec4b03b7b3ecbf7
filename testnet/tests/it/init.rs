//! `taonet init`, as an author sees it: the crate is written, built and tested by cargo, and its story told.
//!
//! Cargo builds it below this workspace's target folder, so that only the first run compiles the harness; a file that
//! did not change is not written again. Nothing is downloaded: the crate needs what taonet needs.

use crate::home::{Home, TAONET, text};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};
use tempfile::TempDir;

const NAME: &str = "coin-subnet";

fn checkout() -> &'static str {
    concat!(env!("CARGO_MANIFEST_DIR"), "/..")
}

/// A crate that was just written, in a folder that lasts from run to run.
struct Subnet(PathBuf);

impl Subnet {
    fn written(kind: &str, words: &[&str]) -> Subnet {
        let fresh = TempDir::new().expect("a folder");
        let folder = fresh.path().join(NAME);
        let told = taonet(fresh.path(), &[&["init", NAME], words].concat());
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
        assert_eq!(String::from_utf8_lossy(&told.stdout), format!("{NAME}\n"), "the folder is the result");
        let subnet = Subnet(lasting(kind).join(NAME));
        subnet.take_over(&folder);
        subnet
    }

    /// Makes the lasting folder like the fresh one.
    fn take_over(&self, fresh: &Path) {
        let wanted = files(fresh);
        for old in files(&self.0).iter().filter(|old| !wanted.contains(old)) {
            fs::remove_file(self.0.join(old)).expect("an old file goes");
        }
        for path in wanted {
            let (text, place) = (fs::read(fresh.join(&path)).expect("a file"), self.0.join(&path));
            if fs::read(&place).ok().as_ref() != Some(&text) {
                fs::create_dir_all(place.parent().expect("a folder")).expect("a folder");
                fs::write(place, text).expect("a file is written");
            }
        }
    }

    /// Runs cargo on the crate without a network; returns what it prints.
    fn cargo(&self, words: &[&str]) -> String {
        let mut command = Command::new(env!("CARGO"));
        command.args(words).current_dir(&self.0).env("CARGO_TARGET_DIR", lasting("target"));
        // The flags of those who test taonet are not those of authors.
        command.env_remove("RUSTFLAGS").stdin(Stdio::null());
        let done = command.output().expect("cargo runs");
        let (said, talk) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        assert!(done.status.success(), "cargo {words:?} in {}:\n{said}\n{talk}", self.0.display());
        assert!(!talk.contains("warning:"), "cargo {words:?}:\n{talk}");
        said.into_owned()
    }

    fn passes_its_tests(&self) {
        let said = self.cargo(&["test", "--offline"]);
        assert_eq!(said.matches("... ok").count(), 2, "{said}");
    }

    fn builds_nothing_heavy(&self) {
        let tree = self.cargo(&["tree", "--offline", "--edges", "all", "--prefix", "none"]);
        assert!(tree.contains("taonet-testnet") && tree.contains("taonet-consensus"), "{tree}");
        for heavy in ["rocksdb", "libp2p", "tokio", "tonic", "clap"] {
            assert!(!tree.contains(heavy), "a subnet's tests would compile {heavy}:\n{tree}");
        }
    }
}

fn taonet(at: &Path, words: &[&str]) -> Output {
    Command::new(TAONET).args(words).current_dir(at).stdin(Stdio::null()).output().expect("taonet runs")
}

/// A folder that lasts from run to run.
fn lasting(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("init").join(name)
}

/// The files below a folder; paths in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).into_iter().flatten().flatten() {
            let path = entry.path();
            match path.strip_prefix(folder) {
                Ok(file) if path.is_file() => found.push(file.to_path_buf()),
                _ => folders.push(path),
            }
        }
    }
    found.sort();
    found
}

#[test]
fn a_new_subnet_passes_its_own_tests_and_its_story_holds() {
    let subnet = Subnet::written("checkout", &["--path", checkout()]);
    subnet.passes_its_tests();
    subnet.builds_nothing_heavy();
    // Formatted as rustfmt does it by itself, not as this workspace does.
    subnet.cargo(&["fmt", "--", "--check", "--config", "max_width=100,use_small_heuristics=Default"]);
    for (way, held) in [(&[][..], true), (&["--broken"][..], false)] {
        let told = taonet(&subnet.0, &[&["--json", "scenario", "run", "scenarios"], way].concat());
        assert_eq!(told.status.code(), Some(0), "{way:?}: {}", String::from_utf8_lossy(&told.stdout));
        let outcomes: Value = serde_json::from_slice(&told.stdout).expect("JSON");
        assert_eq!((&outcomes[0]["held"], outcomes.as_array().map(Vec::len)), (&Value::Bool(held), Some(1)));
    }
}

#[test]
fn a_subnet_that_brings_its_own_copy_of_taonet_passes_its_tests_too() {
    let subnet = Subnet::written("vendored", &["--offline"]);
    assert!(subnet.0.join("taonet/chain/src/lib.rs").is_file() && !subnet.0.join("taonet/node").exists());
    subnet.passes_its_tests();
    subnet.builds_nothing_heavy();
}

#[test]
fn what_cannot_be_written_is_refused_with_what_to_do() {
    let home = Home::new();
    let here = home.0.path();
    fs::create_dir(here.join("full")).expect("a folder");
    fs::write(here.join("full/notes"), "mine").expect("a file");
    let table: [(&[&str], &str); 5] = [
        (&["init", "My_Subnet"], "no name"),
        (&["init", "match"], "word of Rust"),
        (&["init", "full"], "already is something"),
        (&["init", "fresh", "--path", "full"], "no checkout"),
        (&["init", "full/notes/below"], "cannot be written"),
    ];
    for (words, because) in table {
        let told = taonet(here, words);
        let said = String::from_utf8_lossy(&told.stderr);
        assert_eq!(told.status.code(), Some(1), "{words:?}: {said}");
        assert!(said.contains(because) && said.contains("try:"), "{words:?}: {said}");
    }
    assert_eq!(files(here), [PathBuf::from("full/notes")], "nothing was written");
}

#[test]
fn programs_hear_what_was_written_and_quiet_means_the_folder_alone() {
    let home = Home::new();
    let here = home.0.path();
    let told = taonet(here, &["--json", "init", "one", "--git", "https://example.org/taonet", "--rev", "v1"]);
    let answer: Value = serde_json::from_slice(&told.stdout).expect("JSON");
    assert_eq!((text(&answer, "name"), text(&answer["taonet"], "rev")), ("one", "v1"));
    assert_eq!(answer["files"].as_array().map(Vec::len), Some(files(&here.join("one")).len()));
    let quiet = taonet(here, &["--quiet", "init", "two", "--path", checkout()]);
    assert_eq!((quiet.stdout.as_slice(), quiet.stderr.as_slice()), (&b"two\n"[..], &b""[..]));
    let loud = taonet(here, &["init", "three", "--path", checkout()]);
    assert!(String::from_utf8_lossy(&loud.stderr).contains("next:  cd three && cargo test"));
}
