//! Nobody in particular.

use case_chat_domain::Participant;

fn main() {
    let _ = Participant::default();
}
