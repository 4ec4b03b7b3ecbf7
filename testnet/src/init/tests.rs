//! Tests of what is written.

use super::{File, InitError, Name, Origin, skeleton};
use std::{collections::BTreeSet, path::Path};

fn files(origin: &Origin) -> Vec<File> {
    skeleton(&Name::new("coin-subnet").expect("a name"), origin)
}

fn text<'f>(files: &'f [File], path: &str) -> &'f str {
    files.iter().find(|file| file.path == path).map_or("", |file| file.text.as_str())
}

fn git(rev: Option<&str>) -> Origin {
    Origin::Git { url: "https://example.org/taonet".to_owned(), rev: rev.map(str::to_owned) }
}

#[test]
fn a_name_is_a_crate_a_folder_and_a_subnet() {
    for name in ["a", "my-subnet", "x2", "0x".trim_start_matches('0')] {
        assert!(Name::new(name).is_ok(), "{name}");
    }
    for name in ["", "My", "2x", "-x", "x-", "a_b", "a b", "é", "../x", &"x".repeat(65)] {
        assert!(matches!(Name::new(name), Err(InitError::Name(_))), "{name}");
    }
    for name in ["test", "match", "serde", "serde-json", "taonet-chain"] {
        assert!(matches!(Name::new(name), Err(InitError::Taken(_))), "{name}");
    }
}

#[test]
fn everything_is_filled_in() {
    for origin in [Origin::Checkout("/checkout".into()), git(None), git(Some("v1")), Origin::Vendored] {
        for File { path, text } in files(&origin).iter().filter(|file| !file.path.starts_with("taonet/")) {
            let is_own = |place: &str| !text.contains(place);
            assert!(["my-subnet", "my_subnet"].iter().all(|place| is_own(place)), "{path}");
            // What is left in double braces is GitHub's.
            assert!(path.ends_with("ci.yml") || is_own("{{"), "{path}");
        }
    }
}

#[test]
fn taonet_comes_from_where_it_should() {
    let table: [(Origin, &str); 4] = [
        (
            Origin::Checkout("/check\"out".into()),
            "{ path = '/check\"out/testnet', default-features = false }",
        ),
        (git(None), "{ git = \"https://example.org/taonet\", default-features = false }"),
        (git(Some("v1")), "{ git = \"https://example.org/taonet\", rev = \"v1\", default-features = false }"),
        (Origin::Vendored, "{ path = \"taonet/testnet\", default-features = false }"),
    ];
    for (origin, says) in table {
        let files = files(&origin);
        let manifest = text(&files, "Cargo.toml");
        assert!(manifest.contains(&format!("taonet-testnet = {says}\n")), "{manifest}");
        assert!(manifest.parse::<toml::Table>().is_ok(), "{manifest}");
        assert_eq!(files.iter().any(|file| file.path.starts_with("taonet/")), origin == Origin::Vendored);
    }
}

#[test]
fn the_lock_file_names_what_the_harness_needs_and_nothing_heavy() {
    let files = files(&git(None));
    let lock: toml::Table = text(&files, "Cargo.lock").parse().expect("TOML");
    let packages = lock["package"].as_array().expect("packages");
    let names: BTreeSet<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    assert!(
        ["blake3", "borsh", "ed25519-dalek", "serde", "serde_json"].iter().all(|name| names.contains(name))
    );
    for heavy in ["libp2p", "librocksdb-sys", "tokio", "clap", "tonic", "proptest", "taonet-testnet"] {
        assert!(!names.contains(heavy), "{heavy} is not for a subnet's tests");
    }
    let sources = packages.iter().all(|package| package.get("checksum").is_some());
    assert!(sources, "all of them come from crates.io, and cargo can check them");
}

#[test]
fn vendored_crates_need_only_each_other_and_what_the_lock_file_names() {
    let files = files(&Origin::Vendored);
    let lock = text(&files, "Cargo.lock").to_owned();
    for name in super::packed::CRATES {
        let manifest: toml::Table = text(&files, &format!("taonet/{name}/Cargo.toml")).parse().expect("TOML");
        assert!(!text(&files, &format!("taonet/{name}/src/lib.rs")).is_empty());
        for need in manifest["dependencies"].as_table().expect("dependencies").keys() {
            let ours = super::packed::CRATES.iter().any(|name| need.strip_prefix("taonet-") == Some(name));
            assert!(ours || lock.contains(&format!("\nname = \"{need}\"\n")), "{name} needs {need}");
        }
    }
    let packed = files.iter().filter(|file| file.path.starts_with("taonet/testnet/src/"));
    let paths: Vec<&str> = packed.map(|file| file.path.as_str()).collect();
    assert!(!paths.iter().any(|path| path.contains("/network/") || path.contains("/cli/")), "{paths:?}");
}

#[test]
fn a_checkout_is_found_around_a_place_and_nowhere_else() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let around = Origin::around([Path::new("/"), &here.join("src/init")]);
    assert_eq!(around, Origin::Checkout(here.parent().expect("the workspace").to_path_buf()));
    assert_eq!(Origin::around([Path::new("/")]), Origin::Vendored);
    assert!(matches!(Origin::checkout(here), Err(InitError::NoCheckout(_))));
}
