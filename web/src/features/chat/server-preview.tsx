import { type ReactNode, useEffect, useState } from 'react';
import { previewUrl } from '../../api/uploads';

/** The server makes a preview within a second or two; when many wait, within a minute. */
const kAgainMs = 1_000;
const kTries = 60;

type Props = {
  readonly uploadId: string;
  readonly className: string;
  readonly alt?: string;
  /** False: it was not made long ago, so there is none. */
  readonly mayCome: boolean;
  /** Shown until the preview is there, and when there is none. */
  readonly children?: ReactNode;
};

/** A picture of a file that the server makes: a page, a wave, a picture of a kind that browsers do not show. */
export function ServerPreview({ uploadId, className, alt = '', mayCome, children }: Props) {
  const [tried, setTried] = useState(0);
  const [state, setState] = useState<'loading' | 'shown' | 'failed'>('loading');
  useEffect(() => {
    if (state !== 'failed' || !mayCome || tried >= kTries) return;
    const timer = setTimeout(() => {
      setTried(tried + 1);
      setState('loading');
    }, kAgainMs);
    return () => clearTimeout(timer);
  }, [state, mayCome, tried]);
  return (
    <>
      {state === 'shown' ? null : children}
      {state === 'failed' ? null : (
        <img
          key={tried}
          className={className}
          src={previewUrl(uploadId)}
          alt={alt}
          hidden={state !== 'shown'}
          onLoad={() => setState('shown')}
          onError={() => setState('failed')}
        />
      )}
    </>
  );
}
