import { Eye } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { LiveSession, LiveSnapshot } from '../../media/live-session';
import { LiveSeam } from './live-seam';
import { MirroredVideo } from './mirrored-video';

const kSawMs = 200;

/** The own camera with the age of what the model saw last; the seam at double height when there is no camera. */
export function LiveCamera(props: {
  readonly session: LiveSession;
  readonly snapshot: LiveSnapshot;
}) {
  const { session, snapshot } = props;
  if (!snapshot.preview) {
    return (
      <div className="live__voice">
        <LiveSeam session={session} />
        {snapshot.camera ? 'The camera is off' : 'Voice only'}
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
      {atMs === null
        ? 'The model has seen nothing yet'
        : `Model saw this ${(ageMs / 1000).toFixed(1)} s ago`}
    </span>
  );
}
