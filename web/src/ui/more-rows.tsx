import { type ReactNode, useEffect, useState } from 'react';
import { Button } from './button';
import './more-rows.css';

type Props = {
  readonly hasMore: boolean;
  readonly loading: boolean;
  readonly onMore: () => void;
  /** What the button says. */
  readonly children: ReactNode;
};

/** The end of a list that goes on: loads the rest when it is scrolled into view, or at a click. */
export function MoreRows({ hasMore, loading, onMore, children }: Props) {
  const [row, setRow] = useState<HTMLDivElement | null>(null);
  useEffect(() => {
    if (!row || !hasMore || loading || typeof IntersectionObserver === 'undefined') return;
    // Made anew after each page, so that a page that does not fill the screen leads on to the next.
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) onMore();
    });
    observer.observe(row);
    return () => observer.disconnect();
  }, [row, hasMore, loading, onMore]);
  if (!hasMore) return null;
  return (
    <div ref={setRow} className="more-rows">
      <Button loading={loading} onClick={onMore}>
        {children}
      </Button>
    </div>
  );
}
