import { type ReactNode, useEffect, useState } from 'react';
import { Button } from './button';
import './more-rows.css';

type Props = {
  readonly hasMore: boolean;
  readonly loading: boolean;
  readonly onMore: () => void;
  /** The label of the button. */
  readonly children: ReactNode;
};

/** The end of a list that has more rows: loads them when it is scrolled into view, or on a click. */
export function MoreRows({ hasMore, loading, onMore, children }: Props) {
  const [row, setRow] = useState<HTMLDivElement | null>(null);
  useEffect(() => {
    if (!row || !hasMore || loading || typeof IntersectionObserver === 'undefined') return;
    // Made again after each page, so that a page that does not fill the screen loads the next one.
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
