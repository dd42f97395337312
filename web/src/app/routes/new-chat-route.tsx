import { NewChatPage } from '../../features/chat/new-chat-page';
import { useLive } from '../../features/live/live-context';

export function NewChatRoute() {
  const { openStart } = useLive();
  return <NewChatPage onStartLive={() => openStart(null)} />;
}
