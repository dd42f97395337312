import { useEffect, useState } from 'react';
import { canKeepJournal } from '../../media/journal/can-keep';

/** Whether this browser lets the page keep a recording. True until the answer has come. */
export function useCanKeep(): boolean {
  const [canKeep, setCanKeep] = useState(true);
  useEffect(() => {
    let gone = false;
    void canKeepJournal().then((can) => gone || setCanKeep(can));
    return () => {
      gone = true;
    };
  }, []);
  return canKeep;
}
