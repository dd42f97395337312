import { ThreadPage } from '../../features/chat/thread-page';
import { useLive } from '../../features/live/live-context';
import { addresses } from '../../ui/router/addresses';
import { useRouter } from '../../ui/router/router-context';
import { NotFound } from '../not-found';

export function ChatRoute({ id: chatId }: { readonly id: string }) {
  const router = useRouter();
  const live = useLive();
  return (
    <ThreadPage
      key={chatId}
      chatId={chatId}
      local={live}
      focusPlayOf={live.focusPlayOf}
      onPlayFocused={live.playFocused}
      onStartLive={() => live.openStart(chatId)}
      onDeleted={() => {
        router.go('/');
        return () => router.go(addresses.chat(chatId));
      }}
      notFound={<NotFound />}
    />
  );
}
