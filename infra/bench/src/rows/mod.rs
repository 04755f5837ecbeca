//! The rows of the table, one module each.

mod browser;
mod cost;
mod growth;
mod load;
mod node;
mod peers;
mod push;
mod starts;
mod units;

use anyhow::Result;
use clap::ValueEnum;

use crate::{
    Beside,
    report::{Report, Results},
};

/// What can be measured.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Row {
    /// Each function: its start, its memory, its size; beside the smallest Lambda there is.
    Starts,
    /// CPU of a post, the first and a warm one; beside a Lambda in Node.js.
    Node,
    /// Requests and units of what people do; beside the design's arithmetic.
    Units,
    /// The same in long threads and long lists.
    Growth,
    /// A push to many sockets.
    Push,
    /// From one person to the other; beside other chat servers.
    Peers,
    /// A thousand people at once.
    Load,
    /// Dollars for a million messages.
    Cost,
    /// From one browser's POST to the other's screen.
    Delivery,
    /// The page on a slow phone, and a thread of ten thousand messages.
    Page,
}

impl Row {
    pub(crate) async fn measure(self, beside: &Beside, results: &Results) -> Result<Report> {
        match self {
            Self::Starts => starts::measure().await,
            Self::Node => node::measure(&beside.node).await,
            Self::Units => units::measure().await,
            Self::Growth => growth::measure().await,
            Self::Push => push::measure().await,
            Self::Peers => peers::measure(beside).await,
            Self::Load => load::measure().await,
            Self::Cost => cost::measure(results),
            Self::Delivery => browser::read(&["delivery"]),
            Self::Page => browser::read(&["page", "thread"]),
        }
    }

    /// As one writes it.
    pub(crate) fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// Where it stands in this folder.
    pub(crate) fn file(self) -> String {
        match self {
            Self::Peers => "peers".to_owned(),
            Self::Delivery | Self::Page => "browser.rs".to_owned(),
            _ => format!("{}.rs", self.name()),
        }
    }
}
