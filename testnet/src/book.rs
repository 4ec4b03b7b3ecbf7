//! The chapters of the book that need a network under test, as doc tests: a tutorial whose numbers are wrong fails the
//! test suite.

macro_rules! chapters {
    ($($name:ident = $file:literal),* $(,)?) => {$(
        #[doc = include_str!(concat!("../../docs/book/", $file))]
        pub struct $name;
    )*};
}

chapters! {
    UnderstandAnEpoch = "tutorial-understand-an-epoch.md",
    TestYourSubnet = "tutorial-test-your-subnet.md",
}
