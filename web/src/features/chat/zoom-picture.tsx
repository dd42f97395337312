import { useState } from 'react';

type Props = { readonly src: string; readonly alt: string };

/** A picture that fits its place; pressed, it is at least twice as large, and scrolls. */
export function ZoomPicture({ src, alt }: Props) {
  const [near, setNear] = useState(false);
  return (
    <div className={near ? 'zoom zoom--near' : 'zoom'}>
      <button
        type="button"
        className="zoom__picture"
        aria-pressed={near}
        aria-label={`Zoom ${alt}`}
        onClick={() => setNear(!near)}
      >
        <img src={src} alt={alt} />
      </button>
    </div>
  );
}
