import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { previewUrl, uploadQuery } from '../../api/uploads';

/** The server makes a preview within a second or two; when many wait, within a minute. */
const kAgainMs = 1_000;
const kTries = 60;

type Props = {
  readonly uploadId: string;
  readonly className: string;
  readonly alt?: string;
  /** It is there. */
  readonly made?: boolean;
  /** False: it was not made long ago, so there is none. */
  readonly mayCome: boolean;
  /** Shown until the preview is there, and when there is none. */
  readonly children?: ReactNode;
};

/** A picture of a file that the server makes: a page, a wave, a picture of a kind that browsers do not show. */
export function ServerPreview({
  uploadId,
  className,
  alt = '',
  made = false,
  mayCome,
  children,
}: Props) {
  const [shown, setShown] = useState(false);
  const asked = useQuery({
    ...uploadQuery(uploadId),
    enabled: mayCome && !made,
    // Asked for by its state, since a picture that is not there yet is an error to the browser.
    refetchInterval: ({ state }) =>
      state.data?.has_preview || state.status === 'error' || state.dataUpdateCount >= kTries
        ? false
        : kAgainMs,
  });
  const there = made || asked.data?.has_preview === true;
  return (
    <>
      {shown ? null : children}
      {there ? (
        <img
          className={className}
          src={previewUrl(uploadId)}
          alt={alt}
          hidden={!shown}
          onLoad={() => setShown(true)}
        />
      ) : null}
    </>
  );
}
