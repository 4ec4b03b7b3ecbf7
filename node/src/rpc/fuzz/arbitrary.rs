//! Requests made of the description of the API.

use crate::fuzzing::{Random, damaged, damaged_text};
use prost::Message;
use prost_types::{
    DescriptorProto, FieldDescriptorProto, FileDescriptorSet,
    field_descriptor_proto::{Label, Type},
};
use std::collections::BTreeMap;

/// How deep messages lie in each other.
const DEEPEST: u32 = 4;

/// A method: where it is asked, and the type of its request.
#[derive(Clone, Debug)]
pub(super) struct Method {
    pub(super) path: String,
    pub(super) input: String,
}

/// All methods and messages.
pub(super) struct Api {
    pub(super) methods: Vec<Method>,
    messages: BTreeMap<String, DescriptorProto>,
}

/// What exists on a node.
pub(super) struct Known {
    pub(super) texts: Vec<String>,
    pub(super) bytes: Vec<Vec<u8>>,
}

impl Api {
    pub(super) fn read(descriptor: &[u8]) -> Api {
        let set = FileDescriptorSet::decode(descriptor).expect("the description of the API");
        let mut api = Api { methods: Vec::new(), messages: BTreeMap::new() };
        for file in set.file {
            let package = file.package().to_owned();
            for message in &file.message_type {
                api.add(&format!(".{package}"), message);
            }
            for service in &file.service {
                let path = |name: &str| format!("/{package}.{}/{name}", service.name());
                let method = |method: &prost_types::MethodDescriptorProto| Method {
                    path: path(method.name()),
                    input: method.input_type().to_owned(),
                };
                api.methods.extend(service.method.iter().map(method));
            }
        }
        assert!(api.methods.len() > 30, "all services are there");
        api
    }

    fn add(&mut self, within: &str, message: &DescriptorProto) {
        let name = format!("{within}.{}", message.name());
        message.nested_type.iter().for_each(|nested| self.add(&name, nested));
        self.messages.insert(name, message.clone());
    }

    /// A message of a type, mostly as the type says.
    pub(super) fn request(&self, random: &mut Random, name: &str, known: &Known) -> Vec<u8> {
        let good = self.message(random, name, known, 0);
        if random.chance(15) { damaged(random, &[good]) } else { good }
    }

    fn message(&self, random: &mut Random, name: &str, known: &Known, depth: u32) -> Vec<u8> {
        let fields = self.messages.get(name).map_or(&[][..], |message| &message.field);
        let mut bytes = Vec::new();
        for field in fields {
            let repeated = field.label() == Label::Repeated;
            let times = if repeated { random.below(4) } else { u64::from(random.chance(80)) };
            for _ in 0..times {
                self.field(random, field, known, depth, &mut bytes);
            }
        }
        bytes
    }

    fn field(
        &self,
        random: &mut Random,
        field: &FieldDescriptorProto,
        known: &Known,
        depth: u32,
        bytes: &mut Vec<u8>,
    ) {
        let mut key = |wire: u64| varint((field.number() as u64) << 3 | wire, bytes);
        match field.r#type() {
            Type::String => {
                key(2);
                run(text(random, known).as_bytes(), bytes);
            }
            Type::Bytes => {
                key(2);
                run(&some_bytes(random, known), bytes);
            }
            Type::Message if depth < DEEPEST => {
                key(2);
                run(&self.message(random, field.type_name(), known, depth + 1), bytes);
            }
            Type::Message | Type::Group => {}
            Type::Double | Type::Fixed64 | Type::Sfixed64 => {
                key(1);
                bytes.extend(number(random).to_le_bytes());
            }
            Type::Float | Type::Fixed32 | Type::Sfixed32 => {
                key(5);
                bytes.extend((number(random) as u32).to_le_bytes());
            }
            // Enumerations and truth too are numbers, known or not.
            _ => {
                key(0);
                varint(number(random), bytes);
            }
        }
    }
}

/// Mostly small, as heights, subnets and counts are; sometimes anything.
fn number(random: &mut Random) -> u64 {
    match random.below(6) {
        0 => random.bits(),
        1 => u64::MAX - random.below(3),
        2 => 1 << random.below(64),
        _ => random.below(5),
    }
}

fn text(random: &mut Random, known: &Known) -> String {
    match random.below(4) {
        0 => damaged_text(random, &known.texts, &[".", "0", " ", "\u{0}", "ß"]),
        1 => random.pick(&known.texts).cloned().unwrap_or_default().repeat(random.below(400) as usize),
        _ => random.pick(&known.texts).cloned().unwrap_or_default(),
    }
}

fn some_bytes(random: &mut Random, known: &Known) -> Vec<u8> {
    if random.chance(50) {
        damaged(random, &known.bytes)
    } else {
        random.pick(&known.bytes).cloned().unwrap_or_default()
    }
}

/// Bytes with their length before them.
fn run(content: &[u8], bytes: &mut Vec<u8>) {
    varint(content.len() as u64, bytes);
    bytes.extend(content);
}

fn varint(mut number: u64, bytes: &mut Vec<u8>) {
    while number > 0x7F {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}
