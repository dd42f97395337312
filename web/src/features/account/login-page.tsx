import { useQuery } from '@tanstack/react-query';
import { CircleAlert } from 'lucide-react';
import { useEffect } from 'react';
import { installationQuery } from '../../api/about';
import { Mark } from '../../ui/mark';
import { Note } from '../../ui/note';
import './account.css';
import { IssuerButtons } from './issuer-buttons';
import { loginFailure, wantedPath } from './login-words';

/** Leads to an issuer, and back to the page that was wanted. `search`: of the address, with what failed. */
export function LoginPage({ search }: { readonly search: string }) {
  const { data: installation } = useQuery(installationQuery);
  const failure = loginFailure(search);
  const name = installation?.name ?? 'Reprise';
  useEffect(() => {
    document.title = `Log in · ${name}`;
  }, [name]);
  return (
    <main className="login">
      <div className="login__inner">
        <Mark size={36} />
        <h1>Log in to {name}</h1>
        {failure ? (
          <Note
            icon={<CircleAlert aria-hidden />}
            tone="error"
            announce="alert"
            title={failure.sentence}
          >
            {failure.requestId ? (
              <>
                The request was <code>{failure.requestId}</code>.
              </>
            ) : null}
          </Note>
        ) : null}
        <IssuerButtons
          path={wantedPath(search)}
          onOpen={(address) => window.location.assign(address)}
        />
      </div>
    </main>
  );
}
