import type { LiveSession, LiveSessionOptions, RecoveryClient } from '../../media/live-session';

/** What the screens need from `src/media`. Passed in, so that tests can bring their own. */
export type LiveEngine = {
  readonly createSession: (options: LiveSessionOptions) => LiveSession;
  readonly recovery: RecoveryClient;
  /** Whether another tab of this browser is live. */
  readonly elsewhere: {
    readonly subscribe: (listener: () => void) => () => void;
    readonly snapshot: () => boolean;
  };
};
