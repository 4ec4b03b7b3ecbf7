//! Compiles the API description into Rust, without protoc, and keeps its descriptor for the reflection service.

use prost::Message;
use std::{env, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let descriptions = ["proto/taonet/v1/node.proto", "proto/taonet/v1/links.proto"];
    for description in descriptions {
        println!("cargo:rerun-if-changed={description}");
    }
    let files = protox::compile(descriptions, ["proto"])?;
    let descriptor = PathBuf::from(env::var("OUT_DIR")?).join("node_descriptor.bin");
    fs::write(descriptor, files.encode_to_vec())?;
    tonic_prost_build::configure().type_attribute(".", "#[derive(serde::Serialize)]").compile_fds(files)?;
    Ok(())
}
