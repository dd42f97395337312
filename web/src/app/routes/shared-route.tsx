import { SharedChat } from '../../features/sharing/shared-chat';
import { SharedPage } from '../../features/sharing/shared-page';
import { addresses } from '../../ui/router/addresses';
import { NotFound } from '../not-found';
import { useRightChatPage } from '../use-right-chat-page';

/** What others share with this person; with an id, one of their chats. */
export const SharedRoute = ({ id: chatId }: { readonly id: string }) =>
  chatId === '' ? <SharedPage /> : <OneChat key={chatId} chatId={chatId} />;

const OneChat = ({ chatId }: { readonly chatId: string }) =>
  useRightChatPage(chatId, 'shared') ? null : (
    <SharedChat chatId={chatId} addressOf={addresses.recording} notFound={<NotFound />} />
  );
