import { useEffect, useState } from 'react';
import type { RecordingView } from '../../api/recordings';

type Media = NonNullable<RecordingView['media']>;

/**
 * Width divided by height of the picture that is shown now; another camera may have another shape. Null when there are
 * no pictures.
 */
export function useFilmShape(video: HTMLVideoElement, media: Media): number | null {
  const [shown, setShown] = useState(() => shapeOf(video.videoWidth, video.videoHeight));
  useEffect(() => {
    const read = () => setShown(shapeOf(video.videoWidth, video.videoHeight));
    for (const name of ['resize', 'loadedmetadata']) video.addEventListener(name, read);
    read();
    return () => {
      for (const name of ['resize', 'loadedmetadata']) video.removeEventListener(name, read);
    };
  }, [video]);
  return media.has_video ? (shown ?? shapeOf(media.width, media.height)) : null;
}

const shapeOf = (width: number, height: number): number | null =>
  width > 0 && height > 0 ? width / height : null;
