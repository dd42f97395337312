import { useInfiniteQuery } from '@tanstack/react-query';
import { Users } from 'lucide-react';
import { type SharedWithMe, sharedWithMeQuery } from '../../api/shares';
import { FailedPanel } from '../../ui/failed-panel';
import { formatMoment } from '../../ui/format';
import { MoreRows } from '../../ui/more-rows';
import { PageBar } from '../../ui/page-bar';
import { Panel } from '../../ui/panel';
import { recordingTitle } from '../../ui/recording-title';
import { addresses } from '../../ui/router/addresses';
import { Skeleton } from '../../ui/skeleton';
import { SharedRow } from './shared-row';
import './sharing.css';

/** What others share with this person, the newest first. */
export function SharedPage() {
  const list = useInfiniteQuery(sharedWithMeQuery);
  const rows = list.data?.pages.flatMap(({ shared }) => shared);
  return (
    <div className="shared">
      <PageBar title="Shared with me" />
      <div className="shared__body">
        {list.error && !rows ? (
          <FailedPanel
            level={2}
            title="What is shared with you could not be loaded"
            error={list.error}
            onRetry={() => void list.refetch()}
          />
        ) : rows === undefined ? (
          <Skeleton height="72px" />
        ) : rows.length === 0 ? (
          <Panel icon={<Users aria-hidden />} title="Nothing is shared with you yet">
            When somebody shares a recording or a chat with your address, it appears here.
          </Panel>
        ) : (
          <ul className="shared__rows">
            {rows.map((one) => (
              <Row key={one.share_id} one={one} />
            ))}
          </ul>
        )}
        <MoreRows
          hasMore={list.hasNextPage}
          loading={list.isFetchingNextPage}
          onMore={() => void list.fetchNextPage()}
        >
          Show more
        </MoreRows>
      </div>
    </div>
  );
}

function Row({ one }: { readonly one: SharedWithMe }) {
  const { recording, chat, from } = one;
  const when = formatMoment(one.shared_at, new Date());
  const title = recording ? recordingTitle(recording) : (chat?.title ?? '');
  const to = recording ? addresses.recording(recording.id) : addresses.sharedChat(chat?.id ?? '');
  return (
    <SharedRow recording={recording} title={title} to={to}>
      {recording ? '' : 'Chat · '}from <bdi>{from}</bdi> · {when}
    </SharedRow>
  );
}
