import { useMemo } from 'react';
import { kRowSeamMs, rowSeam } from './row-seam';
import { Seam } from './seam';

/** The seam that comes with a list; nothing while there is none. */
export function RowSeam({ seam }: { readonly seam: string }) {
  const data = useMemo(() => rowSeam(seam), [seam]);
  return data ? <Seam data={data} kind="mini" fromMs={0} toMs={kRowSeamMs} /> : null;
}
