import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { lastRecordingsQuery, type Recording } from '../../api/recordings';
import { Link } from '../../ui/router/link';
import { Skeleton } from '../../ui/skeleton';
import { StartLiveButton } from '../../ui/start-live-button';
import { useRemoved } from '../../ui/use-removed';
import { useRenameRecording } from '../../ui/use-rename-recording';
import './home.css';
import { RecordingRow } from './recording-row';

/** People come back for their last talks. The library has the rest. */
const kRowsShown = 5;

type Props = {
  readonly onStartLive: () => void;
  readonly onDelete: (recordings: readonly Recording[]) => void;
  readonly onKeep: (recording: Recording) => void;
  /** The keys under which a recording is hidden while its deletion can be undone. */
  readonly removalKeys: (recording: Recording) => readonly string[];
  /** Who answers, in words; null while that is not known. */
  readonly answers: string | null;
  /** How many recordings the server has; null while that is not known. */
  readonly recordings: number | null;
  /** Shown on the first visit, when there are no sessions yet. */
  readonly first: ReactNode;
};

/** The first screen: the last sessions, if there are any, and the button for the next one. */
export function Home(props: Props) {
  const { onStartLive, onDelete, onKeep, removalKeys, answers, recordings, first } = props;
  const { data, isPending } = useInfiniteQuery(lastRecordingsQuery);
  const removed = useRemoved();
  const rename = useRenameRecording();
  const shown = data?.pages
    .flatMap((page) => page.recordings)
    .filter((one) => one.state !== 'erased' && !removalKeys(one).some((key) => removed.has(key)))
    .slice(0, kRowsShown);
  // "Welcome back" waits until it is known that the person was here before.
  if (isPending && recordings === null) return <div className="home" aria-busy />;
  if (isPending ? recordings === 0 : !shown?.length) return first;
  return (
    <div className="home">
      <div className="home__inner">
        <div className="home__start">
          <div>
            <h1 tabIndex={-1}>Talk again</h1>
            <p>{answers}</p>
          </div>
          <StartLiveButton onPress={onStartLive} />
        </div>
        <section aria-labelledby="home-sessions">
          <div className="home__head">
            <h2 id="home-sessions">Last sessions</h2>
            <Link to="/recordings">All in the library</Link>
          </div>
          {shown ? (
            <ul>
              {shown.map((recording) => (
                <li key={recording.id}>
                  <RecordingRow
                    recording={recording}
                    byDay={false}
                    onRename={rename}
                    onKeep={onKeep}
                    onDelete={onDelete}
                  />
                </li>
              ))}
            </ul>
          ) : (
            ['a', 'b', 'c'].map((key) => <Skeleton key={key} height="92px" />)
          )}
        </section>
      </div>
    </div>
  );
}
