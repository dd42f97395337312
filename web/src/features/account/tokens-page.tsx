import { useState } from 'react';
import type { NewToken } from '../../api/tokens';
import '../../ui/form.css';
import { Section, SectionsPage } from '../../ui/sections';
import './account.css';
import { NewTokenShown } from './new-token';
import { TokenForm } from './token-form';
import { downloadLine, listLine } from './token-words';
import { TokensList } from './tokens-list';

/** What a script sends in place of the token while none is shown. */
const kPlaceholder = '$TOKEN';

/** API tokens: to make one, those there are, and how a script uses them. */
export function TokensPage() {
  const [made, setMade] = useState<NewToken | null>(null);
  return (
    <SectionsPage title="API tokens">
      <Section title="New token">
        {made ? (
          <NewTokenShown made={made} onDone={() => setMade(null)} />
        ) : (
          <>
            <p>
              A token lets a script do what you may do here, without your login. It never reaches
              your account itself: no tokens, no logins, no users.
            </p>
            <TokenForm onMade={setMade} />
          </>
        )}
      </Section>
      <Section title="Your tokens">
        <TokensList />
      </Section>
      <Section title="How to use one">
        <p>
          Send it with every request, in the header <code>Authorization</code>. This lists your
          recordings:
        </p>
        <pre className="sections__code">
          <code>{listLine(location.origin, kPlaceholder)}</code>
        </pre>
        <p>This downloads one of them; its id is in the list:</p>
        <pre className="sections__code">
          <code>{downloadLine(location.origin, kPlaceholder)}</code>
        </pre>
        <p>
          Keep a token in a file that only the script can read. Whoever has it is you, as far as it
          goes. What else there is to ask for:{' '}
          <a href="/api/openapi.json">the description of the interfaces (OpenAPI)</a>
        </p>
      </Section>
    </SectionsPage>
  );
}
