//! Somebody who says that they share the case.

use case_chat_domain::{Participant, Role};

fn main() {
    let _ = Participant {
        case_id: "case-1".parse().unwrap(),
        user_id: "amira".parse().unwrap(),
        role: Role::Requester,
    };
}
