import { useNavigate, useParams } from '@tanstack/react-router';
import { ThreadPage } from '../../features/chat/thread-page';
import { useLive } from '../../features/live/live-context';
import { NotFound } from '../not-found';

export function ChatRoute() {
  const { chatId } = useParams({ strict: false });
  const navigate = useNavigate();
  const live = useLive();
  if (!chatId) return <NotFound />;
  return (
    <ThreadPage
      key={chatId}
      chatId={chatId}
      local={live}
      focusPlayOf={live.focusPlayOf}
      onPlayFocused={live.playFocused}
      onStartLive={() => live.openStart(chatId)}
      onDeleted={() => {
        void navigate({ to: '/' });
        return () => void navigate({ to: '/chats/$chatId', params: { chatId } });
      }}
      notFound={<NotFound />}
    />
  );
}
