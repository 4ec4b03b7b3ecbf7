//! Settings: what is read, and how each mistake is named.

use super::*;
use taonet_chain::Hash;

fn written(text: &str) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join(FILE_NAME);
    fs::write(&file, text).expect("written");
    (dir, file)
}

#[test]
fn an_empty_file_means_the_defaults_and_they_are_loopback() {
    let (_dir, file) = written("");
    let settings = NodeFile::load(&file).expect("defaults");
    assert_eq!(settings, NodeFile::default());
    assert!(settings.rpc.address.ip().is_loopback());
    assert!(settings.p2p.listen.iter().all(|address| address.starts_with("/ip4/127.0.0.1/")));
}

#[test]
fn what_is_written_is_read_back() {
    let mut settings = NodeFile { name: "n3".into(), ..NodeFile::default() };
    settings.storage.archive = true;
    settings.trust = Some(format!("7200:{}", Hash([7; 32])).parse().expect("a block"));
    let (_dir, file) = written(&settings.to_toml());
    assert_eq!(NodeFile::load(&file).expect("own text"), settings);
}

#[test]
fn a_typing_error_is_named_with_file_line_and_remedy() {
    let (_dir, file) = written("name = \"n0\"\n\n[rpc]\nadress = \"127.0.0.1:1\"\n");
    let error = NodeFile::load(&file).expect_err("unknown field");
    assert_eq!(error.line, Some(4));
    assert!(error.to_string().contains("node.toml, line 4: unknown field `adress`"), "{error}");
    assert!(!error.remedy.is_empty());
}

#[test]
fn a_trusted_block_is_a_height_and_a_hash() {
    for wrong in ["7200", "7200:abcd", "x:00", ":", ""] {
        let (_dir, file) = written(&format!("trust = \"{wrong}\"\n"));
        let error = NodeFile::load(&file).expect_err(wrong);
        assert!(error.to_string().contains("HEIGHT:HASH"), "{error}");
    }
}

#[test]
fn a_missing_file_says_which_and_what_to_do() {
    let dir = tempfile::tempdir().expect("a folder");
    let error = Config::load(dir.path()).expect_err("nothing there");
    assert!(error.to_string().ends_with("node.toml: there is no such file"), "{error}");
    assert!(error.remedy.contains("taonet node --help"));
}

#[test]
fn a_key_is_written_for_its_owner_only_and_read_back() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("key");
    let key = Keypair::from_seed([7; 32]);
    save_key(&file, &key).expect("written");
    assert_eq!(load_key(&file).expect("read").account(), key.account());
    assert!(save_key(&file, &key).is_err(), "a key is never overwritten");
}

#[test]
#[cfg(unix)]
fn a_key_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("key");
    save_key(&file, &Keypair::from_seed([7; 32])).expect("written");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("allowed");
    let error = load_key(&file).expect_err("readable by the group");
    assert!(error.remedy.starts_with("run `chmod 600"), "{}", error.remedy);
}

#[test]
fn a_key_file_of_anything_else_is_refused() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("key");
    fs::write(&file, "password\n").expect("written");
    #[cfg(unix)]
    std::os::unix::fs::PermissionsExt::set_mode(
        &mut fs::metadata(&file).expect("there").permissions(),
        0o600,
    );
    assert!(load_key(&file).is_err());
}

#[test]
fn fuzzed_settings_are_read_or_refused_with_a_remedy() {
    use crate::fuzzing::{damaged_text, fuzz};
    let good = [NodeFile::default().to_toml()];
    let (_dir, file) = written("");
    fuzz(500, |random| {
        let text = damaged_text(random, &good, &["=", "[", "\"", "true", "-", "archive = true\n", "nan"]);
        fs::write(&file, &text).expect("written");
        match NodeFile::load(&file) {
            Ok(settings) => {
                fs::write(&file, settings.to_toml()).expect("written");
                assert_eq!(NodeFile::load(&file).ok(), Some(settings), "{text}");
            }
            Err(error) => assert!(!error.sentence.is_empty() && !error.remedy.is_empty(), "{text}"),
        }
    });
}
