import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type RecordingView, waveformQuery } from '../../api/recordings';
import type { PlayerEngine } from '../../media/player/player-engine';
import {
  fitWindow,
  followWindow,
  type TimelineWindow,
  zoomWindow,
} from '../../media/player/timeline-window';
import { type SeamData, seamData } from '../../ui/seam-data';
import { Tabs } from '../../ui/tabs';
import { namedEvents } from './event-words';
import { EventsList } from './events-list';
import { Lanes } from './lanes';
import { PictureLayer } from './picture';
import './player.css';
import { turnSteps, usePlayerKeys } from './player-keys';
import { SeekSlider } from './seek-slider';
import { Transcript } from './transcript';
import { Transport, type TransportActions } from './transport';
import { seamGaps, seamTurns } from './turns';
import { usePlayerEngine } from './use-player';

type Props = {
  readonly view: RecordingView;
  /** Gives the header something to seek with. */
  readonly onEngine: (engine: PlayerEngine | null) => void;
};

/** Picture, transcript and dock of one recording whose media is there. */
export function Player({ view, onEngine }: Props) {
  const [video, setVideo] = useState<HTMLVideoElement | null>(null);
  const picture = useRef<HTMLElement>(null);
  const lengthMs = view.media?.duration_ms ?? 0;
  const engine = usePlayerEngine(video, lengthMs);
  useEffect(() => onEngine(engine), [engine, onEngine]);
  useEffect(() => {
    // Whoever pressed Play session meant it; a page opened by its address waits for a press.
    if (engine && navigator.userActivation.hasBeenActive) void engine.play();
  }, [engine]);
  const toggle = () => engine?.toggle();
  const seam = useSeam(view);
  return (
    <>
      <div className="player__desk">
        <section ref={picture} className="picture" aria-label="Picture">
          {/* biome-ignore lint/a11y/useMediaCaption: captions are drawn from the transcript */}
          <video
            ref={setVideo}
            src={view.media?.url}
            preload="auto"
            playsInline
            onClick={toggle}
            onDoubleClick={() => toggleFullScreen(picture.current)}
          />
          {engine ? <PlayerPicture engine={engine} view={view} seam={seam} /> : null}
        </section>
        <section className="player__panel" aria-label="Transcript and events">
          {engine ? <Panels engine={engine} view={view} /> : null}
        </section>
      </div>
      <section className="player__dock" aria-label="Timeline and controls">
        {engine ? <Dock {...{ engine, view, seam, lengthMs, picture }} /> : null}
      </section>
    </>
  );
}

/** Captions are on until switched off; kept for the next recording. */
const kCaptionsOffName = 'reprise.captions-off';
const listeners = new Set<() => void>();
const captionsOn = () => localStorage.getItem(kCaptionsOffName) !== '1';

function useCaptions(): [boolean, () => void] {
  const [on, setOn] = useState(captionsOn);
  useEffect(() => {
    const read = () => setOn(captionsOn());
    listeners.add(read);
    return () => void listeners.delete(read);
  }, []);
  const toggle = useCallback(() => {
    if (captionsOn()) localStorage.setItem(kCaptionsOffName, '1');
    else localStorage.removeItem(kCaptionsOffName);
    for (const listener of listeners) listener();
  }, []);
  return [on, toggle];
}

function useSeam(view: RecordingView) {
  const { data } = useQuery(waveformQuery(view.recording.id));
  return useMemo(
    () =>
      data
        ? seamData(data, view.media?.duration_ms ?? 0, seamTurns(view.turns), seamGaps(view.loss))
        : null,
    [data, view],
  );
}

type PictureProps = {
  readonly engine: PlayerEngine;
  readonly view: RecordingView;
  readonly seam: SeamData | null;
};

function PlayerPicture({ engine, view, seam }: PictureProps) {
  const [captions] = useCaptions();
  return (
    <PictureLayer
      engine={engine}
      turns={view.turns}
      seam={seam}
      captions={captions}
      hasVideo={view.media?.has_video ?? false}
    />
  );
}

function Panels({ engine, view }: { readonly engine: PlayerEngine; readonly view: RecordingView }) {
  const [tab, setTab] = useState<'transcript' | 'events'>('transcript');
  const events = useMemo(() => namedEvents(view.events), [view]);
  return (
    <Tabs
      className="player__tabs"
      label="Panels"
      value={tab}
      onChange={setTab}
      tabs={[
        {
          value: 'transcript',
          label: 'Transcript',
          content: <Transcript engine={engine} turns={view.turns} events={events} />,
        },
        {
          value: 'events',
          label: 'Events',
          count: events.length,
          content: <EventsList engine={engine} events={events} />,
        },
      ]}
    />
  );
}

type DockProps = PictureProps & {
  readonly lengthMs: number;
  readonly picture: { readonly current: HTMLElement | null };
};

function Dock({ engine, view, seam, lengthMs, picture }: DockProps) {
  const [captions, toggleCaptions] = useCaptions();
  const [window, setWindow] = useState<TimelineWindow>(() => fitWindow(lengthMs));
  const follows = useRef(true);
  const { turns } = view;
  const events = useMemo(() => namedEvents(view.events), [view]);

  const onWindow = useCallback((next: TimelineWindow, byUser: boolean) => {
    if (byUser) follows.current = false;
    setWindow(next);
  }, []);
  useEffect(
    () =>
      engine.onFrame((ms) => {
        if (!engine.snapshot().playing) follows.current = true; // a seek takes the view along again
        if (follows.current) setWindow((shown) => followWindow(shown, ms, lengthMs));
      }),
    [engine, lengthMs],
  );
  const actions: TransportActions = useMemo(
    () => ({
      ...turnSteps(engine, turns),
      zoom: (factor) =>
        setWindow((shown) => {
          const now = engine.timeMs();
          const inView = now >= shown.fromMs && now <= shown.toMs;
          const around = inView ? now : (shown.fromMs + shown.toMs) / 2;
          return zoomWindow(shown, factor, around, lengthMs);
        }),
      fullScreen: () => toggleFullScreen(picture.current),
      toggleCaptions,
    }),
    [engine, turns, lengthMs, picture, toggleCaptions],
  );
  const fit = useCallback(() => setWindow(fitWindow(lengthMs)), [lengthMs]);
  usePlayerKeys({ engine, turns, lengthMs, actions, fit });
  const cameraGaps = view.loss.channels.find((one) => one.channel === 'camera')?.gaps ?? [];
  return (
    <>
      <Transport engine={engine} lengthMs={lengthMs} captions={captions} actions={actions} />
      <SeekSlider engine={engine} lengthMs={lengthMs} turns={turns} seam={seam} window={window} />
      <Lanes
        engine={engine}
        lengthMs={lengthMs}
        turns={turns}
        events={events}
        seam={seam}
        cameraGaps={cameraGaps}
        window={window}
        onWindow={onWindow}
      />
    </>
  );
}

function toggleFullScreen(element: HTMLElement | null): void {
  if (document.fullscreenElement) void document.exitFullscreen();
  else void element?.requestFullscreen().catch(() => {}); // refused without a gesture: nothing to say
}
