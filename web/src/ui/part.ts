import { useCallback, useEffect, useState } from 'react';

/** Part of the app in a file of its own. It is loaded when it is first needed, or in advance. */
export class Part<T> {
  readonly #import: () => Promise<T>;
  #loading: Promise<T> | null = null;
  /** null until it is loaded. */
  loaded: T | null = null;

  constructor(load: () => Promise<T>) {
    this.#import = load;
  }

  /** Rejects when the file cannot be loaded; the next call tries again. */
  load(): Promise<T> {
    this.#loading ??= this.#import().then(
      (value) => {
        this.loaded = value;
        return value;
      },
      (error: unknown) => {
        this.#loading = null;
        throw error;
      },
    );
    return this.#loading;
  }
}

type State<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'loaded'; readonly value: T }
  | { readonly kind: 'failed'; readonly retry: () => void };

/** The state of a part, which is loaded as soon as it is `wanted`. */
export function usePart<T>(part: Part<T>, wanted: boolean): State<T> {
  const [failed, setFailed] = useState(false);
  const [, setLoads] = useState(0);
  const retry = useCallback(() => {
    setFailed(false);
    part.load().then(
      () => setLoads((loads) => loads + 1),
      () => setFailed(true),
    );
  }, [part]);
  const missing = wanted && part.loaded === null;
  useEffect(() => {
    if (missing) retry();
  }, [missing, retry]);
  if (part.loaded !== null) return { kind: 'loaded', value: part.loaded };
  return failed ? { kind: 'failed', retry } : { kind: 'loading' };
}
