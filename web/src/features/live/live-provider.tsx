import { useQuery, useQueryClient } from '@tanstack/react-query';
import {
  type ReactNode,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { flushSync } from 'react-dom';
import { aboutQuery } from '../../api/about';
import { addTaskSession } from '../../api/add-task-session';
import { liveContextQuery } from '../../api/answerers';
import { sentenceOf } from '../../api/api-error';
import { chatsQuery, createChat } from '../../api/chats';
import type { Task } from '../../api/tasks';
import { type ConsentRecord, LiveProblemError, type LiveSession } from '../../media/live-session';
import { isolated } from '../../media/text';
import { usePart } from '../../ui/part';
import { PartFailed } from '../../ui/part-failed';
import { isThreadKey, refreshThreads } from '../../ui/thread-news';
import { toasts } from '../../ui/toasts';
import { LiveContext, type LiveControls } from './live-context';
import type { LiveEngine, LiveParts } from './live-engine-type';
import { logLive } from './log-live';
import { noteWithdrawal } from './note-withdrawal';
import { problemOf, requestGrant } from './request-grant';
import { sealedSeq } from './sealed-seq';
import { rememberedSpeaker } from './speaker';
import { useLoginCheck } from './use-login-check';
import type { StartChoice } from './use-start';
import type { Withdrawal } from './withdraw-dialog';

type Stage =
  | { readonly kind: 'idle' }
  | { readonly kind: 'starting'; readonly chatId: string | null; readonly task: Task | null }
  | {
      readonly kind: 'live';
      /** Counts the sessions of this tab. A new session gets a new screen. */
      readonly run: number;
      readonly chatId: string | null;
      readonly parts: LiveParts;
      readonly session: LiveSession;
      readonly consent: ConsentRecord | null;
      readonly choice: StartChoice;
      readonly task: Task | null;
    };

type Props = {
  readonly engine: LiveEngine;
  readonly appVersion: string;
  /** Where recordings are kept, in words: "this computer". */
  readonly place: string;
  readonly onOpenChat: (chatId: string | null) => void;
  readonly onOpenRecording: (recordingId: string) => void;
  readonly onOpenLibrary: () => void;
  /** Opens the dialog to log in again. */
  readonly onLogIn: () => void;
  readonly children: ReactNode;
};

/**
 * When a late part has arrived, the server makes the film again, which takes about a second. The page is not told, so
 * it asks at these times.
 */
const kRefreshAtMs = [0, 2000, 8000];

/** Begins to collect the typed texts that will never be sent; the function ends it and returns them. */
function unsentTexts(session: LiveSession): () => readonly string[] {
  const texts: string[] = [];
  let last = session.snapshot().notice;
  const unsubscribe = session.subscribe(() => {
    const { notice } = session.snapshot();
    if (notice === last) return;
    last = notice;
    if (notice?.kind === 'text-not-sent') texts.push(notice.text);
  });
  return () => {
    unsubscribe();
    return texts;
  };
}

/** A talk goes on whether or not its task can be told of it. */
const heldFor = (task: Task, liveSessionId: string) =>
  addTaskSession(task.id, liveSessionId).catch((error: unknown) =>
    toasts.show(`This session is not listed under its task. ${sentenceOf(error)}`, {
      tone: 'error',
    }),
  );

/** Holds the only live session of this tab, and shows its screens instead of the rest. */
export function LiveProvider(props: Props) {
  const { engine, appVersion, place, onOpenChat, onOpenRecording, onOpenLibrary, children } = props;
  const queries = useQueryClient();
  const { data: about } = useQuery(aboutQuery);
  const [stage, setStage] = useState<Stage>({ kind: 'idle' });
  const [saving, setSaving] = useState<LiveControls['saving']>(null);
  const [focusPlayOf, setFocusPlayOf] = useState<string | null>(null);
  const chat = useRef<string | null>(null);
  const runs = useRef(0);
  const parts = usePart(engine.parts, stage.kind === 'starting');
  const orphans = useSyncExternalStore(engine.recovery.subscribe, engine.recovery.snapshot);

  useLoginCheck(stage.kind === 'live' ? stage.session : null, orphans);
  const elsewhere = useSyncExternalStore(engine.elsewhere.subscribe, engine.elsewhere.snapshot);

  const refresh = useCallback(() => {
    const keys = [['chats'], ['recordings'], ['about'], ['tasks']];
    // Of a thread only what changed is loaded again.
    const predicate = (query: { queryKey: readonly unknown[] }) => !isThreadKey(query.queryKey);
    return Promise.all([
      refreshThreads(queries),
      ...keys.map((queryKey) => queries.invalidateQueries({ queryKey, predicate })),
    ]);
  }, [queries]);

  // The server's view of a recording has changed whenever one of these was settled.
  const settled = orphans.filter(({ state }) => state !== 'sending' && state !== 'waiting').length;
  useEffect(() => {
    if (settled === 0) return;
    const timers = kRefreshAtMs.map((ms) => setTimeout(() => void refresh(), ms));
    return () => {
      for (const timer of timers) clearTimeout(timer);
    };
  }, [settled, refresh]);

  const grant = async (
    consent: ConsentRecord | null,
    tells: boolean,
    tellTaskId: string | null,
  ) => {
    const address = about?.gemini_url ?? 'the address of the model';
    if (chat.current === null) {
      const created = await createChat().catch((error: unknown) => {
        throw new LiveProblemError(problemOf(error, address));
      });
      chat.current = created.id;
      void queries.invalidateQueries({ queryKey: chatsQuery.queryKey, exact: true });
    }
    const query = liveContextQuery(chat.current);
    const history = tells
      ? await queries.fetchQuery(query).catch((error: unknown) => {
          throw new LiveProblemError(problemOf(error, address));
        })
      : null;
    return requestGrant({
      chatId: chat.current,
      consent,
      history: history?.turns ?? [],
      tellTaskId,
      modelAddress: address,
    });
  };

  const start = (
    parts: LiveParts,
    chatId: string | null,
    consent: ConsentRecord | null,
    choice: StartChoice,
    task: Task | null,
  ) => {
    chat.current = chatId;
    setFocusPlayOf(null);
    const session = parts.createSession({
      requestGrant: async () => {
        const granted = await grant(
          consent,
          choice.history,
          task && choice.tellTask ? task.id : null,
        );
        if (task) void heldFor(task, granted.liveSessionId);
        return granted;
      },
      consent,
      speakerId: rememberedSpeaker()?.deviceId ?? null,
      ...choice,
      appVersion,
    });
    logLive(session, consent !== null);
    runs.current += 1;
    setStage({ kind: 'live', run: runs.current, chatId, parts, session, consent, choice, task });
  };

  const leave = () => {
    // The live view blocks navigation, so it must be removed first.
    flushSync(() => setStage({ kind: 'idle' }));
    engine.recovery.look();
    void refresh();
    onOpenChat(chat.current);
  };

  const withdraw = async (session: LiveSession, recording: Withdrawal) => {
    const { liveSessionId } = session;
    // The capture has stopped when this returns, whatever the server says.
    const ended = hangUp(session, () => session.withdraw());
    // What is deleted needs no end.
    const lastSeq = recording === 'keep' ? await sealedSeq(session, ended) : null;
    await noteWithdrawal(liveSessionId, recording, lastSeq, refresh);
    await ended;
  };

  const hangUp = async (session: LiveSession, end = () => session.hangUp()) => {
    const report = () =>
      setSaving({
        liveSessionId: session.liveSessionId,
        waitingSeconds: session.snapshot().spool.waitingSeconds,
      });
    const unsubscribe = session.subscribe(report);
    const unsent = unsentTexts(session);
    const done = end();
    report();
    setFocusPlayOf(session.liveSessionId);
    leave();
    await done.catch(() => {});
    unsubscribe();
    const texts = unsent();
    if (texts.length > 0) {
      toasts.show(`Not sent: ${texts.map((text) => `“${isolated(text)}”`).join(', ')}`, {
        tone: 'error',
      });
    }
    engine.recovery.look();
    // Loads first, so that the card changes from saving to complete without showing the older state.
    await refresh();
    setSaving(null);
  };

  const openStart = useCallback((chatId: string | null, task?: Task) => {
    setStage((now) =>
      now.kind === 'live' ? now : { kind: 'starting', chatId, task: task ?? null },
    );
  }, []);
  const controls = useMemo<LiveControls>(
    () => ({
      openStart,
      elsewhere,
      saving,
      sending: new Map(
        orphans
          .filter(({ state }) => state === 'sending' || state === 'waiting')
          .map((orphan) => [
            orphan.recordingId,
            orphan.chunksTotal > 0 ? orphan.chunksSent / orphan.chunksTotal : 0,
          ]),
      ),
      focusPlayOf,
      playFocused: () => setFocusPlayOf(null),
    }),
    [openStart, elsewhere, saving, orphans, focusPlayOf],
  );

  return (
    <LiveContext.Provider value={controls}>
      {stage.kind === 'live' ? (
        <stage.parts.LiveView
          key={stage.run}
          session={stage.session}
          recorded={stage.consent !== null}
          about={about}
          chatId={stage.chatId}
          task={stage.task}
          onHangUp={() => hangUp(stage.session)}
          onWithdraw={(recording) => void withdraw(stage.session, recording)}
          onStartAgain={() =>
            start(stage.parts, chat.current, stage.consent, stage.choice, stage.task)
          }
          onCheckDevices={() =>
            setStage({ kind: 'starting', chatId: chat.current, task: stage.task })
          }
          onLeave={leave}
          onLogIn={props.onLogIn}
          onPlay={(recordingId) => {
            flushSync(() => setStage({ kind: 'idle' }));
            void refresh();
            onOpenRecording(recordingId);
          }}
          onOpenLibrary={() => {
            setStage({ kind: 'idle' });
            onOpenLibrary();
          }}
        />
      ) : (
        children
      )}
      {stage.kind === 'starting' && parts.kind === 'loaded' ? (
        <parts.value.StartFlow
          elsewhere={elsewhere}
          chatId={stage.chatId}
          task={stage.task}
          place={place}
          onStart={(consent, choice) =>
            start(parts.value, stage.chatId, consent, choice, stage.task)
          }
          onOpenLibrary={() => {
            setStage({ kind: 'idle' });
            onOpenLibrary();
          }}
          onClose={() => setStage({ kind: 'idle' })}
        />
      ) : null}
      {stage.kind === 'starting' && parts.kind === 'failed' ? (
        <PartFailed
          title="Start a live session"
          onRetry={parts.retry}
          onClose={() => setStage({ kind: 'idle' })}
        />
      ) : null}
    </LiveContext.Provider>
  );
}
