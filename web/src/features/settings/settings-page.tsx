import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { type About, aboutQuery } from '../../api/about';
import type { RecoveryClient } from '../../media/live-session';
import { isolated } from '../../media/text';
import { formatBytes, formatCount } from '../../ui/format';
import { daysWords } from '../../ui/keep-words';
import { Section, SectionsPage } from '../../ui/sections';
import { BrowserData } from './browser-data';
import { LicenceList } from './licences';
import './settings-page.css';

type Props = {
  readonly recovery: RecoveryClient;
  /** Where recordings are kept, in words. */
  readonly place: string;
  readonly appVersion: string;
  /** The choices for the look, and for the keys. */
  readonly look: ReactNode;
  readonly keys: ReactNode;
  /** Removes what this browser remembers about its person. */
  readonly forget: ReactNode;
  /** The choice whether what the person does is logged. */
  readonly log: ReactNode;
  /** What live sessions know. */
  readonly live: ReactNode;
};

/** Choices, what is stored where, who answers, and which packages are part of it. */
export function SettingsPage(props: Props) {
  const { data: about } = useQuery(aboutQuery);
  return (
    <SectionsPage title="Settings">
      <Section title="Look">{props.look}</Section>
      <Section title="Keys">{props.keys}</Section>
      <Section title="Language">
        <p>
          The app speaks English. You can talk in any language that the model understands; captions
          and search take every script.
        </p>
      </Section>
      <Section title="What is stored where">
        <h3>On the server ({props.place})</h3>
        {about ? <ServerFacts about={about} /> : <p>The server does not answer now.</p>}
        <h3>In this browser</h3>
        <BrowserData recovery={props.recovery} />
        {props.forget}
      </Section>
      <Section title="Live sessions">{props.live}</Section>
      <Section title="Log">{props.log}</Section>
      <Section title="Who answers" id="model">
        {about ? <Answerer about={about} /> : null}
        <GeminiKey />
      </Section>
      <Section title="Version and licences">
        <p>
          Reprise {about?.version ?? props.appVersion}
          {about && about.version !== props.appVersion
            ? ` (this page: ${props.appVersion}; reload it to get the newer one)`
            : ''}
        </p>
        <LicenceList />
        <p>
          The interfaces of the server: <a href="/api/openapi.json">their description (OpenAPI)</a>
        </p>
      </Section>
    </SectionsPage>
  );
}

const kSeenBy: Readonly<Record<NonNullable<About['sharing']>, string>> = {
  off: 'Only you. Sharing is switched off on this server; whoever runs it can switch it on (--sharing).',
  users: 'Only you, and people who log in here with whom you share a recording or a chat',
  links: 'Only you, and those with whom you share a recording or a chat, by name or by a link',
};

const ServerFacts = ({ about: { storage, retention, sharing } }: { readonly about: About }) => (
  <dl className="sections__facts">
    <div>
      <dt>Recordings</dt>
      <dd>
        {formatCount(storage.recordings)}, {formatBytes(storage.used_bytes)}
      </dd>
    </div>
    {storage.free_bytes === null ? null : (
      <div>
        <dt>Free on its disk</dt>
        <dd>{formatBytes(storage.free_bytes)}</dd>
      </div>
    )}
    <div>
      <dt>Kept</dt>
      <dd>
        {retention.days === null
          ? 'Until you delete them: chats, recordings, what was said, bookmarks'
          : `Recordings: for ${daysWords(retention.days)}, unless you choose otherwise for one of them (its menu, How long it is kept). Chats: until you delete them`}
      </dd>
    </div>
    {sharing === undefined ? null : (
      <div>
        <dt>Seen by</dt>
        <dd>{kSeenBy[sharing]}</dd>
      </div>
    )}
  </dl>
);

const Answerer = ({ about }: { readonly about: About }) =>
  about.answers === 'emulator' ? (
    <p>The built-in emulator answers, on the machine of the server. It needs no key.</p>
  ) : (
    <p>
      Google answers: {isolated(about.model)}
      {about.voice ? `, voice ${isolated(about.voice)}` : ''}. Your voice and pictures go from this
      browser straight to Google.
    </p>
  );

const kKeyId = 'gemini-key';
/** A link here was followed before the page was there. */
const showIfLinked = (heading: HTMLElement | null): void => {
  if (location.hash === `#${kKeyId}`) heading?.scrollIntoView();
};

/** The same text as in the README. */
const GeminiKey = () => (
  <>
    <h3 id={kKeyId} ref={showIfLinked}>
      Set a Gemini key on the server
    </h3>
    <p>
      One key serves everybody who uses this server. It stays there: browsers get short-lived tokens
      only. On the machine of the server, first try it:
    </p>
    <pre className="sections__code">
      <code>{`export REPRISE_GEMINI_KEY=…
build/release/reprise doctor gemini --gemini-url https://generativelanguage.googleapis.com`}</code>
    </pre>
    <p>
      The doctor says step by step what works, or what does not and why. Then start the server in
      the same way:
    </p>
    <pre className="sections__code">
      <code>{`build/release/reprise serve --listen localhost:8080 --data-dir data \\
  --gemini-url https://generativelanguage.googleapis.com`}</code>
    </pre>
    <p>
      All settings are in <code>docs/operating.md</code> of the source code, in the section
      “Settings”.
    </p>
  </>
);
