import { useState } from 'react';
import type { PlayerEngine } from '../../media/player/player-engine';
import { formatDuration } from '../../ui/format';
import { EventIconOf } from './event-icon';
import './events-list.css';
import './moments-list.css';
import type { NamedEvent } from './named-events';
import { moveFocus } from './roving';

type Props = { readonly engine: PlayerEngine; readonly events: readonly NamedEvent[] };

/** What happened besides talking. Pressing a line seeks there. The list is one tab stop; up and down move within it. */
export function EventsList({ engine, events }: Props) {
  const [stop, setStop] = useState(0);
  if (events.length === 0)
    return <p className="moments-list__empty">Nothing happened besides talking.</p>;
  return (
    <ol
      className="moments-list events-list"
      aria-label="Events"
      onKeyDown={(event) => moveFocus(event, 'button')}
    >
      {events.map((event, index) => (
        <li key={`${event.atMs} ${event.text}`}>
          <button
            type="button"
            className="moments-list__go"
            tabIndex={index === stop ? 0 : -1}
            onFocus={() => setStop(index)}
            onClick={() => engine.seek(event.atMs)}
          >
            <span className="moments-list__time time">{formatDuration(event.atMs)}</span>
            <EventIconOf icon={event.icon} />
            {event.text}
          </button>
        </li>
      ))}
    </ol>
  );
}
