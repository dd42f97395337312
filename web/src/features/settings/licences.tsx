import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../../ui/button';

type Package = { readonly name: string; readonly version: string; readonly licence: string };
type Licences = { readonly npm: readonly Package[]; readonly debian: readonly Package[] };

const isPackages = (value: unknown): value is readonly Package[] =>
  Array.isArray(value) && value.every((one) => typeof one?.name === 'string');

/** Made by each build (build/licences.mjs). */
const licencesQuery = {
  queryKey: ['licences'] as const,
  queryFn: async ({ signal }: { readonly signal: AbortSignal }): Promise<Licences> => {
    const list = await (await fetch('/licences.json', { signal })).json();
    if (!isPackages(list?.npm) || !isPackages(list?.debian)) throw new Error('no list');
    return list;
  },
};

/** The packages of others that are part of Reprise, and their licences. */
export function LicenceList() {
  const [shown, setShown] = useState(false);
  const { data, error } = useQuery({ ...licencesQuery, enabled: shown });
  return (
    <>
      <p>Reprise is under the MIT licence. It contains work of others.</p>
      <Button variant="line" aria-expanded={shown} onClick={() => setShown(!shown)}>
        {shown ? 'Hide the list' : 'Show what is inside'}
      </Button>
      {shown && error ? <p role="alert">The list could not be read.</p> : null}
      {shown && data ? (
        <>
          <p>
            <a href="/licences.txt" target="_blank" rel="noreferrer">
              The texts of the licences
            </a>{' '}
            of the web app. Debian keeps those of the server's in /usr/share/doc.
          </p>
          <Packages title="In the web app (npm)" packages={data.npm} />
          <Packages title="In the server (Debian)" packages={data.debian} />
        </>
      ) : null}
    </>
  );
}

const Packages = (props: { readonly title: string; readonly packages: readonly Package[] }) => (
  <table className="settings__table">
    <caption>{props.title}</caption>
    <thead>
      <tr>
        <th scope="col">Name</th>
        <th scope="col">Version</th>
        <th scope="col">Licence</th>
      </tr>
    </thead>
    <tbody>
      {props.packages.map(({ name, version, licence }) => (
        <tr key={`${name} ${version}`}>
          <th scope="row">{name}</th>
          <td>{version || 'unknown'}</td>
          <td>{licence}</td>
        </tr>
      ))}
    </tbody>
  </table>
);
