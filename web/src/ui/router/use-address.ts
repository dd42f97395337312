import { useSyncExternalStore } from 'react';
import type { Address } from './router';
import { useRouter } from './router-context';

/** Renders again when what `select` takes from the address changes. `select` returns a primitive. */
export function useAddress<T extends string | boolean>(select: (address: Address) => T): T {
  const router = useRouter();
  return useSyncExternalStore(router.subscribe, () => select(router.snapshot()));
}
