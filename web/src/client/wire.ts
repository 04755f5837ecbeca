// Generated from shared/wire and shared/domain by `cargo xtask wire`. Do not edit.

export type CaseId = string;

export type UserId = string;

export type ClientId = string;

export type AttachmentId = string;

export type Seq = number;

export type Hash = string;

export type Timestamp = string;

export type PersonName = string;

export type FileName = string;

export type MessageBody = string;

export type Reference = string;

export type Role = "requester" | "provider";

export type CaseStatus = "open" | "closed";

export type Participant = { 
/**
 * As in the token.
 */
userId: UserId, 
/**
 * As shown.
 */
name: PersonName, };

export type Sender = { 
/**
 * As in the token.
 */
userId: UserId, 
/**
 * As shown when the message was sent.
 */
name: PersonName, 
/**
 * As it was when the message was sent.
 */
role: Role, };

export type Participants = { requester: Participant, provider: Participant, };

export type Attachment = { 
/**
 * The server's id of it.
 */
id: AttachmentId, 
/**
 * As its owner named it.
 */
name: FileName, 
/**
 * Its media type.
 */
contentType: string, 
/**
 * In bytes.
 */
size: number, 
/**
 * Of its content.
 */
sha256: Hash, };

export type Reassignment = { 
/**
 * Which side.
 */
role: Role, 
/**
 * Who had it.
 */
from: Participant, 
/**
 * Who has it now.
 */
to: Participant, };

export type Event = { "kind": "caseOpened" } | { "kind": "message", 
/**
 * The client's own id of this message.
 */
clientId: ClientId, 
/**
 * Who wrote.
 */
sender: Sender, 
/**
 * What they wrote.
 */
body: MessageBody, 
/**
 * What they attached.
 */
attachments: Array<Attachment>, } | { "kind": "participantReassigned", 
/**
 * Which side, from whom, to whom.
 */
change: Reassignment, } | { "kind": "caseClosed" };

export type ThreadRecord = { 
/**
 * Whose thread.
 */
caseId: CaseId, 
/**
 * Its place, dense from 0.
 */
seq: Seq, 
/**
 * When the server made it. Order is `seq`, never this.
 */
sentAt: Timestamp, 
/**
 * What people call the case.
 */
reference: Reference, 
/**
 * Who shares the case after this record.
 */
participants: Participants, 
/**
 * Whether the thread takes messages after this record.
 */
status: CaseStatus, 
/**
 * Messages from the requester's side so far, this one included.
 */
fromRequester: number, 
/**
 * Messages from the provider's side so far, this one included.
 */
fromProvider: number, 
/**
 * The hash of the record before this one.
 */
previousHash: Hash, 
/**
 * SHA-256 of this record's canonical JSON (RFC 8785) without this field.
 */
hash: Hash, } & ({ "kind": "caseOpened" } | { "kind": "message", 
/**
 * The client's own id of this message.
 */
clientId: ClientId, 
/**
 * Who wrote.
 */
sender: Sender, 
/**
 * What they wrote.
 */
body: MessageBody, 
/**
 * What they attached.
 */
attachments: Array<Attachment>, } | { "kind": "participantReassigned", 
/**
 * Which side, from whom, to whom.
 */
change: Reassignment, } | { "kind": "caseClosed" });

export type PostMessage = { 
/**
 * The client's own id of the message, the same at every retry.
 */
clientId: ClientId, 
/**
 * The highest seq that the client had seen before it first sent this message.
 */
after: Seq, 
/**
 * What the message says; at most 8,000 characters and 16 KiB.
 */
body: string, 
/**
 * Ids of verified uploads; at most 10.
 */
attachments?: Array<AttachmentId>, };

export type MarkRead = { 
/**
 * The newest record that the caller has seen.
 */
seq: Seq, };

export type BySide<T> = { 
/**
 * The requester's.
 */
requester: T | null, 
/**
 * The provider's.
 */
provider: T | null, };

export type MessagePage = { 
/**
 * Ascending, each byte for byte as it was stored.
 */
records: Array<ThreadRecord>, 
/**
 * The thread's newest seq.
 */
head: Seq, 
/**
 * Whether there is more in the direction asked; backwards without a cursor.
 */
hasMore: boolean, 
/**
 * How far each side has read.
 */
readMarkers: BySide<Seq>, 
/**
 * When each side said so.
 */
readTimes: BySide<Timestamp>, 
/**
 * Who shares the case now.
 */
participants: Participants, 
/**
 * Whether it takes messages now.
 */
status: CaseStatus, };

export type ReadMark = { 
/**
 * The newest record that they have read, on whichever device.
 */
seq: Seq, 
/**
 * Messages of the other side behind it.
 */
unread: number, };

export type RequestUpload = { 
/**
 * As its owner named it; at most 200 bytes.
 */
name: string, 
/**
 * Its media type.
 */
contentType: string, 
/**
 * In bytes; at least 1.
 */
size: number, 
/**
 * SHA-256 of its content, in base64.
 */
sha256: string, };

export type UploadLink = { 
/**
 * `PUT`.
 */
method: string, 
/**
 * Signed; good for this file alone.
 */
url: string, 
/**
 * Those that a browser must set, and may.
 */
headers: { [key in string]: string }, };

export type UploadGranted = { 
/**
 * The server's id of it.
 */
attachmentId: AttachmentId, 
/**
 * The request to make.
 */
upload: UploadLink, 
/**
 * Until when.
 */
expiresAt: Timestamp, };

export type Verified = { "status": "ready", 
/**
 * As it will stand in the message.
 */
attachment: Attachment, } | { "status": "scanning" };

export type Link = { 
/**
 * Where.
 */
url: string, 
/**
 * Until when.
 */
expiresAt: Timestamp, };

export type ExportFormat = "transcript" | "fhir";

export type ExportThread = { 
/**
 * What to make of the thread.
 */
format: ExportFormat, };

export type Exported = { 
/**
 * Where the file is.
 */
url: string, 
/**
 * Until when.
 */
expiresAt: Timestamp, 
/**
 * The newest record in it.
 */
head: Seq, };

export type MailLevel = "off" | "generic" | "sender" | "full";

export type ChosenPreferences = { 
/**
 * The most that a mail may say.
 */
email: MailLevel, 
/**
 * Cases of which no mail tells; at most 500.
 */
mutedCases: Array<CaseId>, };

export type MailPreferences = { 
/**
 * The most that a mail may say.
 */
email: MailLevel, 
/**
 * Cases of which no mail tells.
 */
mutedCases: Array<CaseId>, 
/**
 * Whether mail arrives: `ok`, `bounced` or `complained`.
 */
mail: "ok" | "bounced" | "complained", 
/**
 * The most that this deployment lets a mail say.
 */
emailCeiling: MailLevel, };

export type Peer = { 
/**
 * As in their token.
 */
userId: UserId, 
/**
 * As shown.
 */
name: PersonName, 
/**
 * Their side.
 */
role: Role, };

export type PreviewText = { 
/**
 * Who wrote it.
 */
senderRole: Role, 
/**
 * At most 121 characters, on one line.
 */
text: string, };

export type CaseSummary = { 
/**
 * Which case.
 */
caseId: CaseId, 
/**
 * What people call it.
 */
reference: string, 
/**
 * The caller's side.
 */
role: Role, 
/**
 * The other side.
 */
peer: Peer, 
/**
 * Whether it takes messages.
 */
status: CaseStatus, 
/**
 * The newest seq that the list knows of.
 */
head: Seq, 
/**
 * When that record was made.
 */
lastActivityAt: Timestamp, 
/**
 * The beginning of the newest message.
 */
preview: PreviewText | null, 
/**
 * Messages of the other side that the caller has not read.
 */
unread: number, };

export type CaseList = { 
/**
 * Latest activity first.
 */
cases: Array<CaseSummary>, 
/**
 * Over open cases, and closed ones not yet read.
 */
totalUnread: number, };

export type Code = "unauthenticated" | "identity_unavailable" | "admins_excluded" | "case_not_found" | "invalid_request" | "message_empty" | "message_too_large" | "client_id_reused" | "unknown_anchor" | "anchor_too_old" | "case_closed" | "attachment_type_not_allowed" | "attachment_too_large" | "attachment_rejected" | "attachment_not_ready" | "thread_altered" | "export_too_large" | "too_many_requests" | "internal";

export type Problem = { 
/**
 * The HTTP status.
 */
status: number, 
/**
 * What went wrong, the same for every error of this code.
 */
title: string, 
/**
 * What to do about it, for a person.
 */
detail: string, 
/**
 * For programs; never renamed.
 */
code: Code, };

export type ServerFrame = { "type": "message", 
/**
 * Byte for byte as it was stored.
 */
record: ThreadRecord, } | { "type": "removed", 
/**
 * Which case.
 */
caseId: CaseId, } | { "type": "read", 
/**
 * Which case.
 */
caseId: CaseId, 
/**
 * Which side.
 */
role: Role, 
/**
 * The newest record that they have seen.
 */
seq: Seq, 
/**
 * When they said so.
 */
readAt: Timestamp, } | { "type": "typing", 
/**
 * Which case.
 */
caseId: CaseId, 
/**
 * Which side.
 */
role: Role, } | { "type": "pong" } | { "type": "error", 
/**
 * `invalid_request`.
 */
code: string, };

export type ClientFrame = { "action": "ping" } | { "action": "typing", 
/**
 * Which case.
 */
caseId: CaseId, };
