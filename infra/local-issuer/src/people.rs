//! The people of the local cloud. Their names and roles on a case come from the thread, never from here.

/// Somebody who can sign in.
#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    /// What they are to the product, for the page that asks who one is.
    pub(crate) role: &'static str,
    pub(crate) groups: &'static [&'static str],
}

pub(crate) const PEOPLE: [Person; 5] = [
    Person { id: "amira", name: "Amira Haddad", role: "Requester", groups: &[] },
    Person { id: "lucas", name: "Lucas Meyer", role: "Requester", groups: &[] },
    Person { id: "chen", name: "Dr. Wei Chen", role: "Provider", groups: &[] },
    Person { id: "okafor", name: "Dr. Ngozi Okafor", role: "Provider", groups: &[] },
    Person { id: "admin", name: "Administrator", role: "Administrator", groups: &["admin"] },
];

pub(crate) fn find(id: &str) -> Option<&'static Person> {
    PEOPLE.iter().find(|person| person.id == id)
}
