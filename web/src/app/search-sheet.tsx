import type { SearchHit } from '../api/search';
import { messageRemovalKey } from '../features/chat/branches';
import { elementIdOf } from '../features/chat/thread-target';
import { chatRemovalKey } from '../features/chat/use-chats';
import { recordingRemovalKey } from '../features/chat/use-erase-recording';
import { SearchPalette } from '../features/search/search-palette';
import { addressOfMoment } from '../media/player/time-address';
import { addresses } from '../ui/router/addresses';
import { useRouter } from '../ui/router/router-context';
import { useRemoved } from '../ui/use-removed';

/** The search over everything that was said, and where its hits lead. */
export function SearchSheet({ onClose }: { readonly onClose: () => void }) {
  const router = useRouter();
  const removed = useRemoved();
  const isGone = (hit: SearchHit) =>
    removed.has(chatRemovalKey(hit.chat_id)) ||
    (hit.kind === 'message'
      ? removed.has(messageRemovalKey(hit.message_id))
      : hit.kind !== 'chat' && removed.has(recordingRemovalKey(hit.recording_id)));
  return (
    <SearchPalette
      onClose={onClose}
      isGone={isGone}
      onOpenChat={(chatId) => router.go(addresses.chat(chatId))}
      onOpenMessage={(chatId, messageId) =>
        router.go(`${addresses.chat(chatId)}#${elementIdOf(messageId)}`)
      }
      onOpenMoment={(recordingId, ms) =>
        router.go(`${addresses.recording(recordingId)}?t=${addressOfMoment(ms)}`)
      }
    />
  );
}
