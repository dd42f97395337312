import { useQuery, useQueryClient } from '@tanstack/react-query';
import {
  type CSSProperties,
  type MouseEvent,
  startTransition,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { type RecordingView, recordingQuery, waveformQuery } from '../../api/recordings';
import { Listeners } from '../../media/listeners';
import type { PlayerEngine } from '../../media/player/player-engine';
import { takeVideo } from '../../media/player/player-video';
import {
  fitWindow,
  followWindow,
  type TimelineWindow,
  zoomWindow,
} from '../../media/player/timeline-window';
import { classNames } from '../../ui/class-names';
import { kNothingRecorded, seamGaps } from '../../ui/loss';
import { type SeamData, seamData } from '../../ui/seam-data';
import { BackToPlayhead } from './back-to-playhead';
import { Lanes } from './lanes';
import { namedEvents } from './named-events';
import { Panels } from './panels';
import { PictureLayer } from './picture';
import { heldPictures } from './picture-words';
import './player.css';
import { wasPressed } from '../../ui/pressed';
import { readSetting, writeSetting } from '../../ui/settings';
import { useShortcuts } from '../../ui/use-shortcuts';
import { copyLink } from './copy-link';
import { type Place, placesOf } from './places';
import { turnSteps, usePlayerKeys } from './player-keys';
import { SeekSlider } from './seek-slider';
import { Transport, type TransportActions } from './transport';
import { seamTurns } from './turns';
import { type Bookmarks, useBookmarks } from './use-bookmarks';
import { useFilmShape } from './use-film-shape';
import { type FullScreen, useFullScreen } from './use-full-screen';
import { usePlayerEngine } from './use-player';
import { useSkipSilence } from './use-skip-silence';
import { startsAtEnd, useTimeAddress } from './use-time-address';

type Media = NonNullable<RecordingView['media']>;
export type PlayableView = RecordingView & { readonly media: Media };
/** A session that ended before its first second may have a film, of no length. */
export const isPlayable = (view: RecordingView): view is PlayableView =>
  view.media !== null && view.recording.last_seq !== kNothingRecorded;

type Props = {
  readonly view: PlayableView;
  /** The position in the film's version before; null: this is the first one. */
  readonly from: { readonly ms: number; readonly play: boolean } | null;
  /** Passes the engine to the header, which seeks with it. */
  readonly onEngine: (engine: PlayerEngine | null) => void;
};

/**
 * Picture, transcript and dock of one recording whose media are available. The picture comes first; the other parts are
 * made while it loads. Another media file gets another player.
 */
export function Player({ view, from, onEngine }: Props) {
  const [start] = useState(from);
  const [video] = useState(() => takeVideo(view.media.url));
  const picture = useRef<HTMLElement>(null);
  const lengthMs = view.media.duration_ms;
  const engine = usePlayerEngine(video, lengthMs);
  const fullScreen = useFullScreen(picture);
  useEffect(() => startTransition(() => onEngine(engine)), [engine, onEngine]);
  useEffect(() => {
    if (!engine) return;
    if (start) engine.seek(start.ms);
    // After "Play session" it plays at once. A page that was opened by its address waits for Play.
    if (startsPlaying(start, lengthMs)) void engine.play();
  }, [engine, start, lengthMs]);
  useTimeAddress(engine, start !== null);
  const pictureThere = usePictureThere(video);
  const shape = useFilmShape(video, view.media);
  const seam = useSeam(view, pictureThere);
  const [hits, setHits] = useState<readonly number[]>(kNoHits);
  const own = view.shared === null;
  const bookmarks = useBookmarks(view.recording.id, lengthMs, pictureThere && own);
  const places = useMemo(
    () => placesOf(view.events, bookmarks.list),
    [view.events, bookmarks.list],
  );
  useManifestAgain(engine, view.recording.id);
  return (
    <>
      <div className="player__desk">
        <div className="player__screen">
          <section
            ref={picture}
            className={classNames('picture', shape !== null && 'picture--film')}
            style={shape === null ? undefined : ({ '--film': shape } as CSSProperties)}
            aria-label="Picture"
          >
            <VideoSlot
              video={video}
              onClick={() => engine?.toggle()}
              onDoubleClick={fullScreen.toggle}
              onSkip={(ms) => engine?.seek(engine.timeMs() + ms)}
            />
            {engine ? <PlayerPicture engine={engine} view={view} /> : null}
          </section>
        </div>
        <section className="player__panel" aria-label="Transcript and events">
          {engine ? (
            <Panels
              {...{ engine, view, places, bookmarks }}
              growing={pictureThere}
              onHits={setHits}
            />
          ) : null}
        </section>
      </div>
      <section
        className={classNames('player__dock', view.strip && 'player__dock--camera')}
        aria-label="Timeline and controls"
      >
        {engine ? (
          <Dock {...{ engine, view, seam, hits, places, bookmarks, lengthMs, fullScreen }} />
        ) : null}
      </section>
    </>
  );
}

/** Whether it plays by itself. At the end of the film it would begin again. */
function startsPlaying(start: Props['from'], lengthMs: number): boolean {
  if (start) return start.play;
  return wasPressed() && !startsAtEnd(lengthMs);
}

const kNoHits: readonly number[] = [];

type SlotProps = {
  readonly video: HTMLVideoElement;
  readonly onClick: () => void;
  readonly onDoubleClick: () => void;
  readonly onSkip: (ms: number) => void;
};

/** Shows the media element, which was made before its page. */
function VideoSlot({ video, onClick, onDoubleClick, onSkip }: SlotProps) {
  const touched = useRef(false);
  const slot = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    slot.current?.append(video);
    return () => video.remove();
  }, [video]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a second way for the pointer; the controls have names
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys do the same everywhere on the page
    <div
      ref={slot}
      className="picture__video"
      onPointerDown={(event) => {
        touched.current = event.pointerType === 'touch';
      }}
      onClick={(event) => event.detail < 2 && onClick()}
      onDoubleClick={(event) => {
        onClick(); // takes back what the first of the two presses did
        const skip = touched.current ? skipAt(event) : 0;
        if (skip === 0) onDoubleClick();
        else onSkip(skip);
      }}
    />
  );
}

/** A double tap on the left or right third skips 10 s back or forwards. */
const kSkipMs = 10_000;

function skipAt(event: MouseEvent): number {
  const { left, width } = event.currentTarget.getBoundingClientRect();
  const part = (event.clientX - left) / width;
  if (part < 1 / 3) return -kSkipMs;
  return part > 2 / 3 ? kSkipMs : 0;
}

/** If the picture does not come, other work waits no longer than this. */
const kPictureWaitMs = 1_000;

/** Whether the first picture is shown or will not come soon. Then less urgent work may begin. */
function usePictureThere(video: HTMLVideoElement): boolean {
  const [there, setThere] = useState(false);
  useEffect(() => {
    const abort = new AbortController();
    const { signal } = abort;
    const settle = () => startTransition(() => setThere(true));
    if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) settle();
    for (const name of ['loadeddata', 'error']) video.addEventListener(name, settle, { signal });
    const late = setTimeout(settle, kPictureWaitMs);
    return () => {
      abort.abort();
      clearTimeout(late);
    };
  }, [video]);
  return there;
}

/** When the server no longer has this film, its manifest tells what there is: another version, or nothing. */
function useManifestAgain(engine: PlayerEngine | null, recordingId: string): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (!engine) return;
    return engine.subscribe(() => {
      if (engine.snapshot().state !== 'gone') return;
      void queries.invalidateQueries({ queryKey: recordingQuery(recordingId).queryKey });
    });
  }, [engine, recordingId, queries]);
}

/** Captions are on until a person turns them off; kept for the next recording. */
const kCaptionsOffName = 'reprise.captions-off';
const captionsSetting = new Listeners();
const captionsOn = () => readSetting(kCaptionsOffName) !== '1';

function useCaptions(): [boolean, () => void] {
  const [on, setOn] = useState(captionsOn);
  useEffect(() => {
    const read = () => setOn(captionsOn());
    return captionsSetting.subscribe(read);
  }, []);
  const toggle = useCallback(() => {
    writeSetting(kCaptionsOffName, captionsOn() ? '1' : null);
    captionsSetting.tell();
  }, []);
  return [on, toggle];
}

/** Two megabytes for an hour, so they are requested after the picture. */
function useSeam(view: PlayableView, enabled: boolean): SeamData | null {
  const { data } = useQuery({ ...waveformQuery(view.recording.id), enabled });
  return useMemo(
    () =>
      data
        ? seamData(data, view.media.duration_ms, seamTurns(view.turns), seamGaps(view.loss))
        : null,
    [data, view],
  );
}

type PictureProps = { readonly engine: PlayerEngine; readonly view: PlayableView };

function PlayerPicture({ engine, view }: PictureProps) {
  const [captions] = useCaptions();
  const held = useMemo(() => heldPictures(view, view.media.duration_ms), [view]);
  return (
    <PictureLayer
      engine={engine}
      turns={view.turns}
      captions={captions}
      hasVideo={view.media.has_video}
      held={held}
    />
  );
}

type DockProps = PictureProps & {
  readonly seam: SeamData | null;
  /** Where the words of the search are said. */
  readonly hits: readonly number[];
  readonly places: readonly Place[];
  readonly bookmarks: Bookmarks;
  readonly lengthMs: number;
  readonly fullScreen: FullScreen;
};

function Dock(props: DockProps) {
  const { engine, view, seam, hits, places, lengthMs, fullScreen } = props;
  const skipping = useSkipSilence(engine, view.turns, lengthMs);
  const addBookmark = useRef(props.bookmarks.add);
  addBookmark.current = props.bookmarks.add;
  const [captions, toggleCaptions] = useCaptions();
  const [window, setWindow] = useState<TimelineWindow>(() => fitWindow(lengthMs));
  const follows = useRef(true);
  const { turns } = view;
  const own = view.shared === null;
  const events = useMemo(() => namedEvents(view), [view]);
  const held = useMemo(() => heldPictures(view, lengthMs), [view, lengthMs]);
  const { strip } = view;

  const onWindow = useCallback((next: TimelineWindow, byUser: boolean) => {
    if (byUser) follows.current = false;
    setWindow(next);
  }, []);
  useEffect(
    () =>
      engine.onFrame((ms) => {
        // After a seek the view follows the playhead again.
        if (!engine.snapshot().playing) follows.current = true;
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
      fullScreen: fullScreen.toggle,
      toggleCaptions,
      bookmark: own ? () => void addBookmark.current(engine.timeMs()) : null,
      copyLink: () => copyLink(engine.timeMs()),
      skipSilence: skipping.toggle,
    }),
    [engine, turns, lengthMs, own, fullScreen.toggle, toggleCaptions, skipping.toggle],
  );
  const back = useCallback(() => {
    follows.current = true;
    setWindow((shown) => followWindow(shown, engine.timeMs(), lengthMs));
  }, [engine, lengthMs]);
  useShortcuts({ t: back });
  const fit = useCallback(() => setWindow(fitWindow(lengthMs)), [lengthMs]);
  usePlayerKeys({ engine, turns, lengthMs, actions, fit });
  return (
    <>
      <Transport
        {...{ engine, lengthMs, captions, actions }}
        skipsSilence={skipping.on}
        fullScreen={fullScreen.on}
      />
      <SeekSlider {...{ engine, lengthMs, turns, seam, strip, hits, places, window, onWindow }} />
      <Lanes
        engine={engine}
        lengthMs={lengthMs}
        turns={turns}
        events={events}
        seam={seam}
        strip={strip}
        held={held}
        window={window}
        onWindow={onWindow}
      />
      <BackToPlayhead engine={engine} window={window} onBack={back} />
    </>
  );
}
