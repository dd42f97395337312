import { AudioLines } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { recordingFiles } from '../../api/recordings';

type Props = {
  /** Null while there is no media to take a picture from. */
  readonly recordingId: string | null;
  readonly length: string | null;
};

/** A still of the recording: the first seconds of its media, fetched by range when the card comes into view. */
export function SessionPicture({ recordingId, length }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(false);
  const [hasPicture, setHasPicture] = useState(false);
  useEffect(() => {
    if (!box.current) return;
    const observer = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && setNear(true),
    );
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={box} className="session-card__picture" aria-hidden="true">
      <AudioLines />
      {near && recordingId ? (
        <video
          muted
          playsInline
          preload="metadata"
          tabIndex={-1}
          hidden={!hasPicture}
          src={`${recordingFiles(recordingId).media}#t=1`}
          onLoadedData={(event) => setHasPicture(event.currentTarget.videoWidth > 0)}
        />
      ) : null}
      {length ? <span className="session-card__length">{length}</span> : null}
    </div>
  );
}
