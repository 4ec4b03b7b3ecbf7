//! The files of a subnet's crate, out of `testnet/skeleton`.

use super::{File, Name, Origin, lock, packed};
use std::path::Path;
use toml::Value;

/// The files as they are written, by their place in the crate. `{{…}}` in them is filled in, and so is the name.
const FILES: [(&str, &str); 10] = [
    ("Cargo.toml", include_str!("../../skeleton/Cargo.txt")),
    ("README.md", include_str!("../../skeleton/README.txt")),
    (".gitignore", include_str!("../../skeleton/gitignore")),
    (".github/workflows/ci.yml", include_str!("../../skeleton/ci.yml")),
    ("src/lib.rs", include_str!("../../skeleton/src/lib.rs")),
    ("src/task.rs", include_str!("../../skeleton/src/task.rs")),
    ("src/miner.rs", include_str!("../../skeleton/src/miner.rs")),
    ("src/validator.rs", include_str!("../../skeleton/src/validator.rs")),
    ("tests/subnet.rs", include_str!("../../skeleton/tests/subnet.rs")),
    ("scenarios/falls-asleep.toml", include_str!("../../skeleton/scenarios/falls-asleep.toml")),
];

/// The folder of taonet's sources in a crate that has them.
const VENDORED: &str = "taonet";

/// All files of a crate with this name.
pub fn skeleton(name: &Name, origin: &Origin) -> Vec<File> {
    let fill = |text: &str| {
        text.replace("{{subnets}}", &dependency(origin, "subnets"))
            .replace("{{testnet}}", &dependency(origin, "testnet"))
            .replace("{{exclude}}", exclude(origin))
            .replace("{{origin}}", &told(origin))
            .replace("my-subnet", &name.to_string())
            .replace("my_subnet", &name.in_code())
    };
    let mut files: Vec<File> = FILES.iter().map(|(path, text)| File::new(*path, fill(text))).collect();
    files.push(File::new("Cargo.lock", lock::lock()));
    if *origin == Origin::Vendored {
        files.extend(packed::vendored());
    }
    files
}

/// One of our crates as a dependency: an inline table.
fn dependency(origin: &Origin, name: &str) -> String {
    let text = |text: &str| Value::from(text).to_string();
    let from = match origin {
        Origin::Checkout(folder) => format!("path = {}", text(&folder.join(name).to_string_lossy())),
        Origin::Git { url, rev: None } => format!("git = {}", text(url)),
        Origin::Git { url, rev: Some(rev) } => format!("git = {}, rev = {}", text(url), text(rev)),
        Origin::Vendored => format!("path = {}", text(&Path::new(VENDORED).join(name).to_string_lossy())),
    };
    let features = if name == "testnet" { ", default-features = false" } else { "" };
    format!("{{ {from}{features} }}")
}

/// The copies of taonet's crates are a workspace of their own.
fn exclude(origin: &Origin) -> &'static str {
    if *origin == Origin::Vendored { "\nexclude = [\"taonet\"]" } else { "" }
}

fn told(origin: &Origin) -> String {
    match origin {
        Origin::Checkout(folder) => format!("From the checkout in `{}`. {ELSEWHERE}", folder.display()),
        Origin::Git { url, .. } => format!("From <{url}>, as `Cargo.toml` says."),
        Origin::Vendored => COPIED.to_owned(),
    }
}

const ELSEWHERE: &str = "Other computers, and CI, need it from a repository,
`{ git = \"…\", rev = \"…\" }` in the two lines of `Cargo.toml`, or in a crate made by `taonet init --offline`.";

const COPIED: &str = "\
From the folder `taonet`: the sources of its pure crates, as they were in the program that wrote this.
The crates from crates.io that they need are named in `Cargo.lock`, and are not here. `cargo test --offline`
works as soon as cargo has them: after `cargo fetch`, after `cargo vendor`, or where taonet was built before.";
