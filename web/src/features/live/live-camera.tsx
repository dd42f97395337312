import { Eye } from 'lucide-react';
import { type CSSProperties, useEffect, useState } from 'react';
import type { LiveSession, LiveSnapshot } from '../../media/live-session';
import { LiveSeam } from './live-seam';
import { likelyShape, MirroredVideo } from './mirrored-video';

const kSawMs = 1000;
/** A younger picture counts as current, since the model gets one a second. */
const kSawOldMs = 3000;

/**
 * The person's own camera, and how old the picture is that the model saw last. Without a camera, the seam in double
 * height.
 */
export function LiveCamera(props: {
  readonly session: LiveSession;
  readonly snapshot: LiveSnapshot;
  /** A picture will come. It has its room already. */
  readonly opening: boolean;
}) {
  const { session, snapshot, opening } = props;
  if (opening) {
    return (
      <div className="live__camera">
        <div className="mirror" style={{ '--shape': likelyShape() } as CSSProperties}>
          <div className="mirror__frame live__opening">The camera is being opened</div>
        </div>
      </div>
    );
  }
  if (!snapshot.preview) {
    return (
      <div className="live__voice">
        <LiveSeam session={session} />
        {noPictureWords(snapshot)}
      </div>
    );
  }
  return (
    <div className="live__camera">
      <MirroredVideo stream={snapshot.preview} label="Your camera">
        <ModelSaw atMs={snapshot.modelSawAtMs} />
      </MirroredVideo>
    </div>
  );
}

/** The session opens, and its camera with it. */
export const isOpening = ({ state, cameraOn }: LiveSnapshot): boolean =>
  state === 'preparing' && cameraOn;

/** What is instead of a picture. While the session opens, nothing is known of the microphone. */
export function noPictureWords({
  camera,
  microphone,
  state,
}: Pick<LiveSnapshot, 'camera' | 'microphone' | 'state'>): string {
  if (camera) return 'The camera is off';
  return microphone || state !== 'live' ? 'Voice only' : 'The model’s voice only';
}

/** The age of the newest picture that the model got; null when it got no picture. */
export function sawWords(ageMs: number | null): string {
  if (ageMs === null) return 'The model has seen nothing yet';
  return ageMs < kSawOldMs
    ? 'The model sees this'
    : `Model saw this ${Math.round(ageMs / 1000)} s ago`;
}

function ModelSaw({ atMs }: { readonly atMs: number | null }) {
  const [ageMs, setAgeMs] = useState(0);
  useEffect(() => {
    if (atMs === null) return;
    const tick = () => setAgeMs(Math.max(0, performance.now() - atMs));
    tick();
    const timer = setInterval(tick, kSawMs);
    return () => clearInterval(timer);
  }, [atMs]);
  return (
    <span className="live__saw">
      <Eye aria-hidden />
      <span className="live__saw-words">{sawWords(atMs === null ? null : ageMs)}</span>
    </span>
  );
}
