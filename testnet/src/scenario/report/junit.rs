//! The verdict in the XML that continuous integration reads.

use super::escaped;
use std::fmt::Write;

/// One thing that was tried.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// What it belongs to: the file.
    pub suite: String,
    /// What was tried.
    pub name: String,
    /// How long it took.
    pub seconds: f64,
    /// Why it failed; none if it held.
    pub failure: Option<String>,
    /// Why it could not be tried at all.
    pub error: Option<String>,
}

/// The report of all cases.
pub fn junit(cases: &[Case]) -> String {
    let failures = cases.iter().filter(|case| case.failure.is_some()).count();
    let errors = cases.iter().filter(|case| case.error.is_some()).count();
    let seconds: f64 = cases.iter().map(|case| case.seconds).sum();
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <testsuite name=\"taonet\" tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\" time=\"{seconds:.3}\">\n",
        cases.len()
    );
    for case in cases {
        let _ = write!(
            xml,
            "  <testcase classname=\"{}\" name=\"{}\" time=\"{:.3}\"",
            escaped(&case.suite),
            escaped(&case.name),
            case.seconds
        );
        match (&case.error, &case.failure) {
            (None, None) => xml.push_str("/>\n"),
            (Some(text), _) => close(&mut xml, "error", text),
            (None, Some(text)) => close(&mut xml, "failure", text),
        }
    }
    xml.push_str("</testsuite>\n");
    xml
}

fn close(xml: &mut String, kind: &str, text: &str) {
    let first = text.lines().next().unwrap_or_default();
    let _ = write!(
        xml,
        ">\n    <{kind} message=\"{}\">{}</{kind}>\n  </testcase>\n",
        escaped(first),
        escaped(text)
    );
}
