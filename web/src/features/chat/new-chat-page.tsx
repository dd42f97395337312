import { useQuery } from '@tanstack/react-query';
import { aboutQuery } from '../../api/about';
import { PageBar } from '../../ui/page-bar';
import { answersWords, Composer } from './composer';
import { EmptyThread } from './empty-thread';
import './thread-page.css';

/**
 * A chat that does not exist yet: its first live session creates it, so that opening this page leaves nothing behind.
 */
export function NewChatPage({ onStartLive }: { readonly onStartLive: () => void }) {
  const about = useQuery(aboutQuery);
  return (
    <div className="thread">
      <PageBar title="New chat" />
      <section className="thread__scroll" aria-label="Messages">
        <EmptyThread />
      </section>
      <Composer answers={about.data ? answersWords(about.data) : null} onStartLive={onStartLive} />
    </div>
  );
}
