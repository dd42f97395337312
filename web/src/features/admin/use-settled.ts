import { useEffect, useState } from 'react';

/** How long nothing must be typed before the server is asked. */
const kTypingMs = 200;

/** What was typed, once it stays the same for a moment. */
export function useSettled(typed: string): string {
  const [settled, setSettled] = useState(typed);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(typed), kTypingMs);
    return () => clearTimeout(timer);
  }, [typed]);
  return settled;
}
