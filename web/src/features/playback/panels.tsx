import { Search } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { RecordingView } from '../../api/recordings';
import type { PlayerEngine } from '../../media/player/player-engine';
import { IconButton } from '../../ui/icon-button';
import { Tabs } from '../../ui/tabs';
import { useShortcuts } from '../../ui/use-shortcuts';
import { BookmarksList } from './bookmarks-list';
import { EventsList } from './events-list';
import { namedEvents } from './named-events';
import type { Place } from './places';
import { Transcript } from './transcript';
import { TranscriptSearch } from './transcript-search';
import { isWordless } from './turns';
import type { Bookmarks } from './use-bookmarks';

type Props = {
  readonly engine: PlayerEngine;
  readonly view: RecordingView;
  /** False while something is more urgent than turns that are out of sight. */
  readonly growing: boolean;
  readonly places: readonly Place[];
  readonly bookmarks: Bookmarks;
  readonly onHits: (hits: readonly number[]) => void;
};

/** Transcript and events, and the search in the transcript. */
export function Panels({ engine, view, growing, places, bookmarks, onHits }: Props) {
  const [tab, setTab] = useState<'transcript' | 'bookmarks' | 'events'>('transcript');
  /** How often a search was asked for; 0: none is open. */
  const [asked, setAsked] = useState(0);
  const events = useMemo(() => namedEvents(view), [view]);
  const { turns } = view;
  const search = () => {
    setTab('transcript');
    setAsked((times) => times + 1);
  };
  const searchable = !isWordless(turns);
  // Without words the browser's own search is of more use.
  useShortcuts(searchable ? { 'Ctrl+F': search } : {});
  const head = asked ? (
    <TranscriptSearch {...{ engine, turns, asked, onHits }} onClose={() => setAsked(0)} />
  ) : null;
  return (
    <Tabs
      className="player__tabs"
      label="Panels"
      value={tab}
      onChange={setTab}
      actions={
        searchable ? (
          <IconButton
            size="small"
            label="Search the transcript"
            shortcut="Ctrl F"
            icon={<Search />}
            onClick={search}
          />
        ) : null
      }
      tabs={[
        {
          value: 'transcript',
          label: 'Transcript',
          content: <Transcript {...{ engine, turns, events, head, growing }} />,
        },
        ...(view.shared === null
          ? [
              {
                value: 'bookmarks' as const,
                label: 'Bookmarks',
                count: places.length,
                content: <BookmarksList {...{ engine, places, bookmarks }} />,
              },
            ]
          : []),
        {
          value: 'events',
          label: 'Events',
          count: events.length,
          content: <EventsList engine={engine} events={events} />,
        },
      ]}
    />
  );
}
