//! The page of the book about events says what the enum says.

/// The marks between which the page holds the generated table.
const MARKS: (&str, &str) = ("<!-- events -->\n", "<!-- end of events -->\n");

/// The table of all events in Markdown, read from the source of the enum: number, name, fields, and when.
fn table_markdown() -> String {
    let source = include_str!("../event.rs");
    let (_, variants) = source.split_once("pub enum Event {\n").expect("the enum");
    let (variants, _) = variants.split_once("\n}\n").expect("its end");
    let mut rows: Vec<(u8, String)> = Vec::new();
    let (mut doc, mut name, mut fields) = (String::new(), "", Vec::new());
    for line in variants.lines() {
        if let Some(sentence) = line.strip_prefix("    /// ") {
            doc = [doc, sentence.to_owned()].join(" ");
        } else if let Some(field) = line.strip_prefix("        ").and_then(|line| line.strip_suffix(',')) {
            fields.push(format!("`{field}`"));
        } else if let Some(number) = line.strip_prefix("    } = ").and_then(|line| line.strip_suffix(',')) {
            let number = number.parse().expect("a number");
            rows.push((number, format!("| `{name}` | {} |{doc} |\n", fields.join(", "))));
            (doc, fields) = (String::new(), Vec::new());
        } else if let Some(variant) = line.strip_suffix(" {") {
            name = variant.trim();
        } else if let Some((variant, number)) = line.strip_suffix(',').and_then(|line| line.split_once(" = "))
        {
            let (name, _) = variant.trim().split_once('(').expect("a struct");
            let number = number.parse().expect("a number");
            rows.push((number, format!("| `{name}` | {} |{doc} |\n", fields_of(name).join(", "))));
            doc = String::new();
        }
    }
    rows.sort();
    let rows: String = rows.into_iter().map(|(number, row)| format!("| {number} {row}")).collect();
    format!("\n| number | event | fields | when |\n| --- | --- | --- | --- |\n{rows}\n")
}

/// The fields of a struct that is an event.
fn fields_of(name: &str) -> Vec<String> {
    let source = include_str!("parts.rs");
    let (_, fields) = source.split_once(&format!("    {name} {{\n")).expect("the struct");
    let (fields, _) = fields.split_once("\n    }\n").expect("its end");
    let field = |line: &str| Some(format!("`{}`", line.strip_prefix("        pub ")?.strip_suffix(',')?));
    fields.lines().filter_map(field).collect()
}

#[test]
fn the_page_of_the_book_is_what_the_enum_says() {
    let page = include_str!("../../../docs/book/events.md");
    let (_, rest) = page.split_once(MARKS.0).expect("the page has a place for the events");
    let (printed, _) = rest.split_once(MARKS.1).expect("and its end");
    let expected = table_markdown();
    assert!(
        printed == expected,
        "docs/book/events.md is not up to date; between its marks belongs\n{expected}"
    );
}
