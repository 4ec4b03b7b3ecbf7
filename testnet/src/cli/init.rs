//! `taonet init`: a crate for a subnet of one's own.
//!
//! The folder is the result; what to do next stands below it. Nothing is compiled here.

use crate::{
    init::{self, InitError, Name, Origin},
    screen::{Screen, failure, program, result},
};
use clap::Args;
use serde_json::{Value, json};
use std::{env, path::PathBuf, process::ExitCode};

/// Which crate, and where taonet comes from.
#[derive(Debug, Args)]
pub(super) struct Init {
    /// The folder to write; its last part is the name of the crate
    folder: PathBuf,
    /// Take taonet from this checkout [default: the one around this program or this folder]
    #[arg(long, value_name = "CHECKOUT", conflicts_with_all = ["git", "offline"])]
    path: Option<PathBuf>,
    /// Take taonet from a git repository
    #[arg(long, value_name = "URL", conflicts_with = "offline")]
    git: Option<String>,
    /// The commit or tag of the repository [default: the newest]
    #[arg(long, requires = "git")]
    rev: Option<String>,
    /// Copy taonet's sources into the crate, out of this program [default: if there is no checkout around]
    #[arg(long)]
    offline: bool,
}

impl Init {
    /// Writes the crate. Exit code 1: it did not, and why is said.
    pub(super) fn run(self, as_json: bool, quiet: bool) -> ExitCode {
        let (name, origin, files) = match self.write() {
            Ok(written) => written,
            Err(error) => return failure(as_json, &error, error.remedy()),
        };
        if as_json {
            let (name, taonet) = (name.to_string(), as_data(&origin));
            result(json!({ "name": name, "folder": self.folder, "taonet": taonet, "files": files }));
            return ExitCode::SUCCESS;
        }
        let mut screen = Screen::new(quiet);
        screen.done("subnet", format!("{name}, a crate of {} files", files.len()));
        screen.done("taonet", from(&origin));
        result(self.folder.display());
        self.introduce(&mut screen, &origin);
        ExitCode::SUCCESS
    }

    fn write(&self) -> Result<(Name, Origin, Vec<String>), InitError> {
        let last = self.folder.file_name().unwrap_or(self.folder.as_os_str());
        let name = Name::new(&last.to_string_lossy())?;
        let origin = self.origin()?;
        let files = init::skeleton(&name, &origin);
        init::write(&self.folder, &files)?;
        Ok((name, origin, files.into_iter().map(|file| file.path).collect()))
    }

    fn origin(&self) -> Result<Origin, InitError> {
        match (&self.path, &self.git, self.offline) {
            (Some(folder), ..) => Origin::checkout(folder),
            (_, Some(url), _) => Ok(Origin::Git { url: url.clone(), rev: self.rev.clone() }),
            (.., true) => Ok(Origin::Vendored),
            _ => {
                let places: Vec<PathBuf> =
                    [env::current_exe(), env::current_dir()].into_iter().flatten().collect();
                Ok(Origin::around(places.iter().map(PathBuf::as_path)))
            }
        }
    }

    fn introduce(&self, screen: &mut Screen, origin: &Origin) {
        let (folder, scenarios) = (self.folder.display(), self.folder.join("scenarios"));
        let offline = "   (--offline, if cargo has the crates of Cargo.lock)";
        let offline = if *origin == Origin::Vendored { offline } else { "" };
        screen.line(format!("\nnext:  cd {folder} && cargo test{offline}"));
        screen.line(format!("       {} scenario run {}", program(), scenarios.display()));
        screen.line(format!("then:  {folder}/src/task.rs, which is yours"));
    }
}

fn from(origin: &Origin) -> String {
    match origin {
        Origin::Checkout(folder) => format!("from {}", folder.display()),
        Origin::Git { url, rev: None } => format!("from {url}"),
        Origin::Git { url, rev: Some(rev) } => format!("from {url} at {rev}"),
        Origin::Vendored => "copied into the crate, out of this program".to_owned(),
    }
}

fn as_data(origin: &Origin) -> Value {
    match origin {
        Origin::Checkout(folder) => json!({ "path": folder }),
        Origin::Git { url, rev } => json!({ "git": url, "rev": rev }),
        Origin::Vendored => json!({ "vendored": true }),
    }
}
