import { NewChatPage } from '../../features/chat/new-chat-page';
import { useLive } from '../../features/live/live-context';
import { addresses } from '../../ui/router/addresses';
import { useRouter } from '../../ui/router/router-context';

export function NewChatRoute() {
  const { openStart } = useLive();
  const router = useRouter();
  return (
    <NewChatPage
      onStartLive={() => openStart(null)}
      onCreated={(chatId) => router.go(addresses.chat(chatId))}
    />
  );
}
