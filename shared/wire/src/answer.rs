use case_chat_domain::{
    CaseId, CaseStatus, InboxEntry, Participants, PersonName, Role, Seq, Timestamp, UserId,
};
use serde::Serialize;
use serde_json::value::RawValue;

/// The answer to `GET /cases/{caseId}/messages`.
#[derive(Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct MessagePage<'a> {
    /// Ascending, each byte for byte as it was stored.
    #[cfg_attr(feature = "typescript", ts(type = "Array<ThreadRecord>"))]
    pub records: Vec<&'a RawValue>,
    /// The thread's newest seq.
    pub head: Seq,
    /// Whether there is more in the direction asked; backwards without a cursor.
    pub has_more: bool,
    /// How far each side has read.
    pub read_markers: BySide<Seq>,
    /// When each side said so.
    pub read_times: BySide<Timestamp>,
    /// Who shares the case now.
    pub participants: &'a Participants,
    /// Whether it takes messages now.
    pub status: CaseStatus,
}

/// Something that each side may have; null where it has not.
#[derive(Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct BySide<T> {
    /// The requester's.
    pub requester: Option<T>,
    /// The provider's.
    pub provider: Option<T>,
}

impl<T> BySide<T> {
    /// Something of each side's.
    pub fn map<U>(&self, part: impl Fn(&T) -> U) -> BySide<U> {
        BySide { requester: self.requester.as_ref().map(&part), provider: self.provider.as_ref().map(&part) }
    }
}

/// The answer to `PUT /cases/{caseId}/read`: where the caller's mark stands now.
#[derive(Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ReadMark {
    /// The newest record that they have read, on whichever device.
    pub seq: Seq,
    /// Messages of the other side behind it.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub unread: u64,
}

/// The answer to `GET /cases`.
#[derive(Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct CaseList {
    /// Latest activity first.
    pub cases: Vec<CaseSummary>,
    /// Over open cases, and closed ones not yet read.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub total_unread: u64,
}

/// One case in a person's list.
#[derive(Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct CaseSummary {
    /// Which case.
    pub case_id: CaseId,
    /// What people call it.
    pub reference: String,
    /// The caller's side.
    pub role: Role,
    /// The other side.
    pub peer: Peer,
    /// Whether it takes messages.
    pub status: CaseStatus,
    /// The newest seq that the list knows of.
    pub head: Seq,
    /// When that record was made.
    pub last_activity_at: Timestamp,
    /// The beginning of the newest message.
    pub preview: Option<PreviewText>,
    /// Messages of the other side that the caller has not read.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub unread: u64,
}

/// The other side of a case.
#[derive(Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Peer {
    /// As in their token.
    pub user_id: UserId,
    /// As shown.
    pub name: PersonName,
    /// Their side.
    pub role: Role,
}

/// The beginning of a message.
#[derive(Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct PreviewText {
    /// Who wrote it.
    pub sender_role: Role,
    /// At most 121 characters, on one line.
    pub text: String,
}

impl From<InboxEntry> for CaseSummary {
    fn from(entry: InboxEntry) -> Self {
        let unread = entry.unread();
        let row = entry.row;
        Self {
            case_id: row.case_id,
            reference: row.reference.into(),
            role: row.role,
            peer: Peer { user_id: row.peer.user_id, name: row.peer.name, role: row.role.other() },
            status: row.status,
            head: row.head,
            last_activity_at: row.last_activity_at,
            preview: row
                .preview
                .map(|preview| PreviewText { sender_role: preview.sender_role, text: preview.text.into() }),
            unread,
        }
    }
}
