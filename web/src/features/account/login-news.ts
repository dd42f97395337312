/** What the tabs of one browser tell each other about the login, which they share. */
export type News =
  /** Somebody has logged in. */
  | 'came'
  /** The person has logged out. */
  | 'left';

const kChannel = 'reprise-login';

/** Other tabs get what is told, this one does not. `hear` returns what ends it. */
export const loginNews = {
  tell: (news: News): void => {
    const channel = new BroadcastChannel(kChannel);
    channel.postMessage(news);
    channel.close();
  },
  hear: (listener: (news: News) => void): (() => void) => {
    const channel = new BroadcastChannel(kChannel);
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data === 'came' || data === 'left') listener(data);
    };
    return () => channel.close();
  },
};
