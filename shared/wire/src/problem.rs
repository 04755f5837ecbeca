use serde::Serialize;

/// The body of an error (RFC 9457, `application/problem+json`).
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Problem {
    /// The HTTP status.
    pub status: u16,
    /// What went wrong, the same for every error of this code.
    pub title: &'static str,
    /// What to do about it, for a person.
    pub detail: String,
    /// For programs; never renamed.
    pub code: Code,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $status:literal, $title:literal;)+) => {
        /// The stable codes of errors.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
        #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
        pub enum Code {
            $($(#[$doc])* #[serde(rename = $text)] $name,)+
        }

        impl Code {
            /// Every code there is.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// As it stands in an answer.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            /// The HTTP status that goes with it.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)+ }
            }

            /// What went wrong, in a few words.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)+ }
            }
        }
    };
}

codes! {
    /// No token, or one that does not hold.
    Unauthenticated = "unauthenticated", 401, "Sign in first";
    /// The issuer's keys cannot be had just now.
    IdentityUnavailable = "identity_unavailable", 503, "Sign-in cannot be checked just now";
    /// The caller is an administrator.
    AdminsExcluded = "admins_excluded", 403, "Administrators cannot open case chats";
    /// No such case, or not a participant now: the two look the same.
    CaseNotFound = "case_not_found", 404, "There is no such case";
    /// Unreadable, or outside the contract.
    InvalidRequest = "invalid_request", 400, "The request is not valid";
    /// Neither text nor attachment.
    MessageEmpty = "message_empty", 400, "The message is empty";
    /// Over 8,000 characters or 16 KiB.
    MessageTooLarge = "message_too_large", 413, "The message is too long";
    /// The same sender's clientId with other content.
    ClientIdReused = "client_id_reused", 409, "This clientId stands for another message";
    /// `after` lies beyond the end.
    UnknownAnchor = "unknown_anchor", 409, "The anchor lies beyond the end of the thread";
    /// `after` lies more than 500 records behind.
    AnchorTooOld = "anchor_too_old", 409, "The anchor lies too far behind";
    /// The thread takes no more messages.
    CaseClosed = "case_closed", 409, "The case is closed";
    /// Of a type that this deployment does not take.
    AttachmentTypeNotAllowed = "attachment_type_not_allowed", 422, "Files of this type cannot be attached";
    /// Larger than this deployment takes.
    AttachmentTooLarge = "attachment_too_large", 422, "The file is too large";
    /// What arrived is not what was declared.
    AttachmentRejected = "attachment_rejected", 422, "The file is not what it was said to be";
    /// Not verified, not the sender's, not of this case, or sent already.
    AttachmentNotReady = "attachment_not_ready", 422, "An attachment is not ready";
    /// The thread is not what it was: somebody changed it behind the functions' back.
    ThreadAltered = "thread_altered", 409, "This thread was altered";
    /// Longer than an export takes.
    ExportTooLarge = "export_too_large", 422, "The thread is too long to be exported";
    /// Posting, uploading or exporting too fast.
    TooManyRequests = "too_many_requests", 429, "Too many requests";
    /// Something failed inside.
    Internal = "internal", 500, "Something went wrong on our side";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_written_the_same_way_everywhere() {
        for code in Code::ALL {
            let json = serde_json::to_value(code).expect("JSON");
            assert_eq!(json, code.as_str());
            assert!((400..600).contains(&code.status()));
        }
    }
}
