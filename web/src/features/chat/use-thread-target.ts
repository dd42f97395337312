import { useEffect, useState } from 'react';
import type { Message } from '../../api/chats';
import { useAddress } from '../../ui/router/use-address';
import { findTarget, type Target, targetOf } from './thread-target';

type Options = {
  /** What is loaded, the oldest first; undefined: nothing yet. */
  readonly all: readonly Message[] | undefined;
  readonly hasMore: boolean;
  readonly loading: boolean;
  readonly onMore: () => void;
  /** Shows the branch of a message. */
  readonly onShow: (message: Message) => void;
};

/** Goes to the message that the address names, or to a day: loads what was said before until it is there. */
export function useThreadTarget({ all, hasMore, loading, onMore, onShow }: Options) {
  const [target, setTarget] = useState<Target | null>(() => targetOf(location.hash));
  const [found, setFound] = useState<{ readonly id: string } | null>(null);
  const entry = useAddress((address) => address.entry);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each visit of an address goes there
  useEffect(() => setTarget(targetOf(location.hash)), [entry]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what is loaded leads on
  useEffect(() => {
    if (!target || !all || loading) return;
    const place = findTarget(target, all);
    if (place === 'older' && hasMore) return onMore();
    setTarget(null);
    const message =
      place === 'older' ? (target.kind === 'day' ? all[0] : undefined) : place.message;
    if (!message) return;
    onShow(message);
    setFound({ id: message.id });
  }, [target, all, loading, hasMore]);
  return { goTo: setTarget, found };
}
