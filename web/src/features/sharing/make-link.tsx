import { useState } from 'react';
import type { ShareWish } from '../../api/shares';
import { Button } from '../../ui/button';
import { formatDuration } from '../../ui/format';
import { Select } from '../../ui/select';
import { Switch } from '../../ui/switch';

type Props = {
  /** The moment in the player; null: there is none. */
  readonly atMs: number | null;
  readonly make: (wish: ShareWish) => Promise<unknown>;
};

const kDayMs = 86_400_000;
const kLives = [
  { value: '1', label: 'One day' },
  { value: '7', label: 'Seven days' },
  { value: '30', label: '30 days' },
  { value: '365', label: 'One year' },
];

/** Makes a link that works for whoever has it. */
export function MakeLink({ atMs, make }: Props) {
  const [days, setDays] = useState('7');
  const [here, setHere] = useState(false);
  const [login, setLogin] = useState(false);
  const [download, setDownload] = useState(false);
  const [busy, setBusy] = useState(false);
  const run = () => {
    setBusy(true);
    const wish: ShareWish = {
      kind: 'link',
      needs_login: login,
      may_download: download,
      expires_at: new Date(Date.now() + Number(days) * kDayMs).toISOString(),
      ...(here && atMs !== null ? { start_ms: Math.round(atMs) } : {}),
    };
    make(wish)
      .catch(() => {}) // the dialog says why
      .finally(() => setBusy(false));
  };
  return (
    <section className="sharing__part" aria-label="Make a link">
      <h3>Make a link</h3>
      <div className="sharing__line">
        <Select label="It works for" value={days} options={kLives} onChange={setDays} />
        <Button variant="line" loading={busy} onClick={run}>
          Make a link
        </Button>
      </div>
      {atMs === null || atMs < 1000 ? null : (
        <Switch checked={here} onChange={setHere}>
          Begin at {formatDuration(atMs)}
        </Switch>
      )}
      <Switch checked={login} onChange={setLogin}>
        Only for people who log in here
      </Switch>
      <Switch checked={download} onChange={setDownload}>
        They may download the film
      </Switch>
    </section>
  );
}
