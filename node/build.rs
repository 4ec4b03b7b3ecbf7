//! Compiles the API description into Rust, without protoc, and keeps its descriptor for the reflection service.

use prost::Message;
use std::{env, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let description = "proto/taonet/v1/node.proto";
    println!("cargo:rerun-if-changed={description}");
    let files = protox::compile([description], ["proto"])?;
    let descriptor = PathBuf::from(env::var("OUT_DIR")?).join("node_descriptor.bin");
    fs::write(descriptor, files.encode_to_vec())?;
    tonic_prost_build::configure().type_attribute(".", "#[derive(serde::Serialize)]").compile_fds(files)?;
    Ok(())
}
