//! What can be done, by the route that does it. A route that is not listed here is not served.

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $route:literal;)+) => {
        /// What somebody does, as the trail names it. Names are stable.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Action {
            $($(#[$doc])* $name,)+
        }

        impl Action {
            /// Every action with its route.
            pub const ALL: &'static [(Self, &'static str)] = &[$((Self::$name, $route),)+];

            /// As it stands in the trail.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            /// What a route does, by its key in template.yaml.
            #[must_use]
            pub fn of_route(key: &str) -> Option<Self> {
                match key { $($route => Some(Self::$name),)+ _ => None }
            }
        }
    };
}

actions! {
    /// Reads their list of cases.
    ListCases = "cases.list", "GET /cases";
    /// Reads records of a thread.
    ReadThread = "thread.read", "GET /cases/{caseId}/messages";
    /// Writes a message.
    PostMessage = "message.post", "POST /cases/{caseId}/messages";
    /// Says how far they have read.
    MarkRead = "thread.mark", "PUT /cases/{caseId}/read";
    /// Asks for a link to upload a file.
    RequestUpload = "attachment.request", "POST /cases/{caseId}/attachments";
    /// Has an upload checked.
    VerifyUpload = "attachment.verify", "POST /cases/{caseId}/attachments/{attachmentId}/verify";
    /// Asks for a link to a file.
    OpenAttachment = "attachment.open", "GET /cases/{caseId}/attachments/{attachmentId}";
    /// Exports a thread.
    ExportThread = "thread.export", "POST /cases/{caseId}/export";
    /// Reads what they chose about mail.
    ReadPreferences = "preferences.read", "GET /preferences";
    /// Chooses about mail.
    ChoosePreferences = "preferences.choose", "PUT /preferences";
    /// Looks at the page that ends mail.
    AskUnsubscribe = "mail.ask", "GET /unsubscribe";
    /// Ends mail.
    Unsubscribe = "mail.stop", "POST /unsubscribe";
    /// Opens a socket, on which every record of their cases comes from then on.
    OpenSocket = "socket.open", "$connect";
    /// Closes it, or loses it.
    CloseSocket = "socket.close", "$disconnect";
    /// Lets the other side see that they write.
    Type = "typing.tell", "typing";
}
