import { ThreadPage } from '../../features/chat/thread-page';
import { useLive } from '../../features/live/live-context';
import { ShareButton } from '../../features/sharing/share-button';
import { addresses } from '../../ui/router/addresses';
import { useRouter } from '../../ui/router/router-context';
import { NotFound } from '../not-found';
import { useRightChatPage } from '../use-right-chat-page';
import { useSharing } from '../use-sharing';

export function ChatRoute({ id: chatId }: { readonly id: string }) {
  const router = useRouter();
  const live = useLive();
  const { share, dialog } = useSharing();
  const what = { kind: 'chat', id: chatId } as const;
  if (useRightChatPage(chatId, 'own')) return null;
  return (
    <>
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
        sharing={<ShareButton what={what} onOpen={() => share?.(what)} />}
      />
      {dialog}
    </>
  );
}
