import type { LiveSession, LiveSessionOptions, RecoveryClient } from '../../media/live-session';
import type { Part } from '../../ui/part';
import type { LiveView } from './live-view';
import type { StartFlow } from './start-flow';

/** What is loaded only when a live session is about to start. */
export type LiveParts = {
  readonly createSession: (options: LiveSessionOptions) => LiveSession;
  readonly StartFlow: typeof StartFlow;
  readonly LiveView: typeof LiveView;
};

/** What the screens need from `src/media`. Passed in, so that tests can bring their own. */
export type LiveEngine = {
  readonly parts: Part<LiveParts>;
  readonly recovery: RecoveryClient;
  /** Whether another tab of this browser is live. */
  readonly elsewhere: {
    readonly subscribe: (listener: () => void) => () => void;
    readonly snapshot: () => boolean;
  };
};
