import { AudioLines } from 'lucide-react';
import { useState } from 'react';
import { recordingFiles } from '../api/recordings';
import './recording-still.css';

/** A still of a recording: one second into its media, fetched by range. Null while there is no media. */
export function RecordingStill({ recordingId }: { readonly recordingId: string | null }) {
  const [shown, setShown] = useState(false);
  return (
    <div className="recording-still" aria-hidden="true">
      <AudioLines />
      {recordingId ? (
        <video
          muted
          playsInline
          preload="metadata"
          tabIndex={-1}
          hidden={!shown}
          src={`${recordingFiles(recordingId).media}#t=1`}
          onLoadedData={(event) => setShown(event.currentTarget.videoWidth > 0)}
        />
      ) : null}
    </div>
  );
}
