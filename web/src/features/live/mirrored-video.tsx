import { type CSSProperties, type ReactNode, useEffect, useRef, useState } from 'react';
import './mirrored-video.css';

type Props = {
  readonly stream: MediaStream;
  readonly label: string;
  /** Shown on top of the picture. */
  readonly children?: ReactNode;
};

/** The shape of the last camera that was shown; at first the usual one. Used while a camera does not tell its own. */
let lastShape = 16 / 9;
export const likelyShape = (): number => lastShape;

/** Width by height of a camera's pictures, as the camera says before the first of them has come. */
function shapeOf(stream: MediaStream): number {
  const { width, height } = stream.getVideoTracks()[0]?.getSettings() ?? {};
  return width && height ? width / height : lastShape;
}

/**
 * The person sees their own camera as in a mirror. Only this view is mirrored, not what is sent. The whole picture is
 * shown, because the record has the whole picture, too.
 */
export function MirroredVideo({ stream, label, children }: Props) {
  const video = useRef<HTMLVideoElement>(null);
  const [shape, setShape] = useState(() => shapeOf(stream));
  useEffect(() => {
    lastShape = shape;
  }, [shape]);
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    const onSize = () => {
      if (element.videoHeight > 0) setShape(element.videoWidth / element.videoHeight);
    };
    element.addEventListener('resize', onSize);
    element.srcObject = stream;
    element.play().catch(() => {});
    return () => {
      element.removeEventListener('resize', onSize);
      element.srcObject = null;
    };
  }, [stream]);
  return (
    <div className="mirror" style={{ '--shape': shape } as CSSProperties}>
      <div className="mirror__frame">
        <video ref={video} muted playsInline aria-label={label} />
        {children}
      </div>
    </div>
  );
}
