//! Mails at rest, the newest of them.

use anyhow::{Context, Result};
use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::Sent;

/// Mails that are kept: more than anyone reads, little enough to load at once.
const KEPT: i64 = 1_000;

/// A mail in the mailbox.
pub(super) struct Kept {
    /// Its number, which grows.
    pub(super) n: i64,
    /// Addresses, without names.
    pub(super) to: String,
    pub(super) subject: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) text: Option<String>,
    pub(super) html: Option<String>,
    /// In milliseconds.
    pub(super) sent_at: i64,
}

const COLUMNS: &str = "id, recipients, subject, headers, text, html, sent_at";

pub(super) fn insert(tx: &Transaction<'_>, sent: &Sent) -> Result<()> {
    let letter = &sent.letter;
    let to: Vec<_> = letter.to.iter().map(|mailbox| mailbox.address.as_str()).collect();
    tx.execute(
        "INSERT INTO mails (recipients, subject, headers, text, html, sent_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            to.join(", "),
            letter.subject(),
            serde_json::to_string(&letter.headers)?,
            letter.text,
            letter.html,
            sent.at
        ],
    )?;
    tx.execute("DELETE FROM mails WHERE id <= ?1", [tx.last_insert_rowid() - KEPT])?;
    Ok(())
}

/// All of them, newest first.
pub(super) fn all(tx: &Transaction<'_>) -> Result<Vec<Kept>> {
    let mut select = tx.prepare_cached(&format!("SELECT {COLUMNS} FROM mails ORDER BY id DESC"))?;
    let rows = select.query_map([], |row| Ok(read(row)))?;
    rows.map(|row| row?).collect()
}

pub(super) fn one(tx: &Transaction<'_>, n: i64) -> Result<Option<Kept>> {
    let query = format!("SELECT {COLUMNS} FROM mails WHERE id = ?1");
    tx.query_row(&query, [n], |row| Ok(read(row))).optional()?.transpose()
}

fn read(row: &Row<'_>) -> Result<Kept> {
    Ok(Kept {
        n: row.get(0)?,
        to: row.get(1)?,
        subject: row.get(2)?,
        headers: serde_json::from_str(&row.get::<_, String>(3)?).context("a mail's headers")?,
        text: row.get(4)?,
        html: row.get(5)?,
        sent_at: row.get(6)?,
    })
}
