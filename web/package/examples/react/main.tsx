import { createClient, type CaseChat, type CaseInbox, type ChatBadge, type Client } from "case-chat";
import { useEffect, useState, type DetailedHTMLProps, type HTMLAttributes } from "react";
import { createRoot } from "react-dom/client";
import { loadConfig, PEOPLE, signIn, type PersonId, type PortalConfig } from "../portal.js";

type Properties<E extends HTMLElement, P> = DetailedHTMLProps<HTMLAttributes<E>, E> & P;

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "chat-badge": Properties<ChatBadge, { client: Client | null }>;
      "case-inbox": Properties<CaseInbox, { client: Client | null; chosen: string }>;
      "case-chat": Properties<CaseChat, { client: Client | null; caseId: string }>;
    }
  }
}

function Portal({ config }: { config: PortalConfig }) {
  const [person, setPerson] = useState<PersonId>("amira");
  const [client, setClient] = useState<Client | null>(null);
  const [caseId, setCaseId] = useState("");

  // One client for each person who signs in; it rests while the portal shows something else.
  useEffect(() => {
    const { http, websocket, files } = config;
    const made = createClient({ http, websocket, files, getToken: signIn(config, person), onOpenCase: setCaseId });
    made.start();
    setClient(made);
    return () => made.stop();
  }, [config, person]);

  // Nothing of the one before stays, on the page or in the browser.
  async function change(next: PersonId) {
    setCaseId("");
    setClient(null);
    await client?.signOut();
    setPerson(next);
  }

  return (
    <>
      <header>
        <strong>A portal in React</strong>
        <label>
          Signed in as{" "}
          <select value={person} onChange={({ target }) => void change(target.value as PersonId)}>
            {Object.entries(PEOPLE).map(([id, name]) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <chat-badge client={client} />
      </header>
      <main>
        <case-inbox client={client} chosen={caseId} />
        <case-chat client={client} caseId={caseId} />
      </main>
    </>
  );
}

createRoot(document.getElementById("root")!).render(<Portal config={await loadConfig()} />);
