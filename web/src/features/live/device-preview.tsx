import { Mic, MicOff, Video, VideoOff } from 'lucide-react';
import type { DeviceSnapshot } from './device-check';
import { MirroredVideo } from './mirrored-video';

type Props = {
  readonly devices: DeviceSnapshot;
  readonly onToggle: (kind: 'microphone' | 'camera') => void;
};

/** The person's own picture, mirrored, and which sources will be on when the session starts. */
export function DevicePreview({ devices, onToggle }: Props) {
  const microphoneOn =
    devices.microphone.state === 'open' || devices.microphone.state === 'opening';
  const cameraOn = devices.camera.state === 'open' || devices.camera.state === 'opening';
  return (
    <div className="preview">
      {devices.preview ? (
        <MirroredVideo stream={devices.preview} label="Preview of your camera" />
      ) : (
        <p className="preview__empty">
          <VideoOff aria-hidden />
          {devices.camera.state === 'opening' ? 'Opening the camera' : 'No picture'}
        </p>
      )}
      <div className="preview__tools">
        <button
          type="button"
          className="pill"
          aria-pressed={microphoneOn}
          aria-label="Microphone"
          onClick={() => onToggle('microphone')}
        >
          {microphoneOn ? <Mic aria-hidden /> : <MicOff aria-hidden />}
          <span>Microphone</span>
        </button>
        <button
          type="button"
          className="pill"
          aria-pressed={cameraOn}
          aria-label="Camera"
          onClick={() => onToggle('camera')}
        >
          {cameraOn ? <Video aria-hidden /> : <VideoOff aria-hidden />}
          <span>Camera</span>
        </button>
      </div>
    </div>
  );
}
