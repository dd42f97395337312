/** What the tabs of one browser tell each other about the login, which they share. */
export type News =
  /** Somebody has logged in. */
  | 'came'
  /** The person has logged out. */
  | 'left';

const kChannel = 'reprise-login';

/** One for the whole page: a channel does not hear itself, but a second one of the same page would. */
let channel: BroadcastChannel | null = null;
function ofThisPage(): BroadcastChannel {
  channel ??= new BroadcastChannel(kChannel);
  return channel;
}

/** Other tabs get what is told, this one does not. `hear` returns what ends it. */
export const loginNews = {
  tell: (news: News): void => ofThisPage().postMessage(news),
  hear: (listener: (news: News) => void): (() => void) => {
    const here = ofThisPage();
    const onMessage = ({ data }: MessageEvent<unknown>) => {
      if (data === 'came' || data === 'left') listener(data);
    };
    here.addEventListener('message', onMessage);
    return () => here.removeEventListener('message', onMessage);
  },
};
