import { useEffect, useRef } from 'react';
import { classNames } from '../../ui/class-names';
import './mirrored-video.css';

type Props = {
  readonly stream: MediaStream;
  readonly label: string;
  readonly className?: string;
};

/** The person sees the own camera as in a mirror; only this view is mirrored, not what is sent. */
export function MirroredVideo({ stream, label, className }: Props) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    element.srcObject = stream;
    element.play().catch(() => {});
    return () => {
      element.srcObject = null;
    };
  }, [stream]);
  return (
    <video
      ref={video}
      className={classNames('mirrored-video', className)}
      muted
      playsInline
      aria-label={label}
    />
  );
}
