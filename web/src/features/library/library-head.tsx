import { useQuery } from '@tanstack/react-query';
import { aboutQuery } from '../../api/about';
import type { RecordingPage } from '../../api/recordings';
import { formatBytes, formatCount, formatHours } from '../../ui/format';
import { StartLiveButton } from '../../ui/start-live-button';

type Totals = NonNullable<RecordingPage['totals']>;
type Props = {
  readonly totals: Totals | null;
  readonly filtered: boolean;
  /** Null where another button does the same. */
  readonly onStartLive: (() => void) | null;
};

/** The title, how much is stored, and how much more can be stored. */
export function LibraryHead({ totals, filtered, onStartLive }: Props) {
  const { data: about } = useQuery(aboutQuery);
  return (
    <header className="library__head">
      <div>
        <h1 tabIndex={-1}>Library</h1>
        <p className="library__sum" role="status">
          {totals ? totalWords(totals, filtered ? null : (about?.storage.free_bytes ?? null)) : ''}
        </p>
      </div>
      {onStartLive ? <StartLiveButton size="normal" onPress={onStartLive} /> : null}
    </header>
  );
}

/** "38 recordings · 6 h 12 min · 2.1 GB, room for 60 hours". `freeBytes` null: the free space is left out. */
export function totalWords(totals: Totals, freeBytes: number | null): string {
  const { recordings, duration_ms: ms, bytes } = totals;
  if (recordings === 0) return '';
  const count = `${formatCount(recordings)} ${recordings === 1 ? 'recording' : 'recordings'}`;
  const room =
    freeBytes !== null && bytes > 0 && ms > 0
      ? `, room for ${formatHours((freeBytes / bytes) * ms)}`
      : '';
  return `${count} · ${formatHours(ms)} · ${formatBytes(bytes)}${room}`;
}
