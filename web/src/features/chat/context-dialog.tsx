import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { contextQuery } from '../../api/answerers';
import { messagesQuery } from '../../api/chats';
import { Dialog } from '../../ui/dialog';
import { FailedPanel } from '../../ui/failed-panel';
import { Skeleton } from '../../ui/skeleton';
import { messagesIn } from './branches';
import './context-dialog.css';
import { tokenWords } from './tokens-used';

type Props = {
  readonly chatId: string;
  /** The last message of the branch that is read; null: there is none. */
  readonly after: string | null;
  readonly onClose: () => void;
};

const kOrigins = { typed: '', said: 'live', summary: 'summary' };

/** All that the model gets with the next message, as it is sent. */
export function ContextDialog({ chatId, after, onClose }: Props) {
  const context = useQuery({ ...contextQuery(chatId, after), staleTime: 0, gcTime: 0 });
  const { data } = context;
  const messages = useInfiniteQuery({ ...messagesQuery(chatId), enabled: false });
  const used = messages.data ? tokenWords(messagesIn(messages.data)) : '';
  return (
    <Dialog title="What the model gets" onClose={onClose}>
      <div className="context">
        {context.error ? (
          <FailedPanel
            title="It could not be loaded"
            error={context.error}
            onRetry={() => void context.refetch()}
          />
        ) : null}
        {context.isPending ? <Skeleton height="160px" /> : null}
        {data ? (
          <>
            <p className="context__facts">
              {data.model} gets this with your next message: about {data.tokens} of at most{' '}
              {data.tokens_max} tokens.
              {data.too_old > 0
                ? ` That is too much: the oldest ${data.too_old} entries are told again in a summary first, which you can read.`
                : ''}
            </p>
            {used === '' ? null : (
              <p className="context__facts">
                The answers of this chat{messages.hasNextPage ? ' that are loaded here' : ''}, all
                branches: {used}.
              </p>
            )}
            <ol className="context__turns" aria-label="What the model gets">
              <li>
                <b>Instruction</b>
                <p>{data.instruction}</p>
              </li>
              {data.turns.map(({ message_id, role, origin, text }, place) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a live session has several entries
                <li key={`${message_id} ${place}`}>
                  <b>
                    {role === 'person' ? 'You' : 'Model'}
                    {kOrigins[origin] === '' ? '' : ` (${kOrigins[origin]})`}
                  </b>
                  <p dir="auto">{text}</p>
                </li>
              ))}
            </ol>
          </>
        ) : null}
      </div>
    </Dialog>
  );
}
