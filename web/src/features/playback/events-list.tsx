import type { PlayerEngine } from '../../media/player/player-engine';
import { formatDuration } from '../../ui/format';
import { EventIconOf } from './event-icon';
import './events-list.css';
import type { NamedEvent } from './event-words';

type Props = { readonly engine: PlayerEngine; readonly events: readonly NamedEvent[] };

/** What happened besides talking; a press seeks there. */
export function EventsList({ engine, events }: Props) {
  if (events.length === 0)
    return <p className="events-list__empty">Nothing happened besides talking.</p>;
  return (
    <ol className="events-list" aria-label="Events">
      {events.map((event) => (
        <li key={`${event.atMs} ${event.text}`}>
          <button type="button" onClick={() => engine.seek(event.atMs)}>
            <span className="events-list__time time">{formatDuration(event.atMs)}</span>
            <EventIconOf icon={event.icon} />
            {event.text}
          </button>
        </li>
      ))}
    </ol>
  );
}
