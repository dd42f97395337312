import { AudioLines } from 'lucide-react';
import { useState } from 'react';
import { type Recording, recordingFiles } from '../api/recordings';
import './recording-still.css';
import { RowSeam } from './row-seam-drawing';

type Props = {
  readonly recording: Pick<Recording, 'id' | 'has_thumbnail' | 'seam'> | null;
};

/** A picture is about 100 px wide. */
const kJoinedBars = 4;

/** The first picture of a recording that is not dark; without one, its seam. Null while the list knows neither. */
export function RecordingStill({ recording }: Props) {
  const [failed, setFailed] = useState(false);
  if (recording?.has_thumbnail && !failed) {
    return (
      <div className="recording-still" aria-hidden="true">
        <img
          src={recordingFiles(recording.id).thumbnail}
          alt=""
          loading="lazy"
          decoding="async"
          width={320}
          height={180}
          onError={() => setFailed(true)}
        />
      </div>
    );
  }
  return (
    <div className="recording-still recording-still--words" aria-hidden="true">
      {recording?.seam ? <RowSeam seam={recording.seam} joined={kJoinedBars} /> : <AudioLines />}
    </div>
  );
}
