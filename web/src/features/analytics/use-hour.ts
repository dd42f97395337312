import { useEffect, useState } from 'react';

const kLookEveryMs = 30_000;
const kHourMs = 3_600_000;
const hourOf = (date: Date) => Math.floor(date.getTime() / kHourMs);

/** A time within the current hour, which stays the same until the next one begins. */
export function useHour(): Date {
  const [hour, setHour] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(
      () => setHour((was) => (hourOf(was) === hourOf(new Date()) ? was : new Date())),
      kLookEveryMs,
    );
    return () => clearInterval(timer);
  }, []);
  return hour;
}
