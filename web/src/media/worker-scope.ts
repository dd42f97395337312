import { SteadyClock } from './steady-clock';

/** What our Workers use of their global scope; TypeScript's DOM types describe a window. */
export type WorkerScope<Command, Event> = {
  onmessage: ((message: MessageEvent<Command>) => void) | null;
  postMessage(event: Event, transfer?: Transferable[]): void;
  addEventListener(type: 'online', listener: () => void): void;
};

export const workerScope = <Command, Event>(): WorkerScope<Command, Event> =>
  globalThis as unknown as WorkerScope<Command, Event>;

const steady = new SteadyClock(() => performance.now());

/** This thread's clock for waits, ms; it never goes back. */
export const steadyNow = (): number => steady.now();

/** `setTimeout` as the sender wants it. */
export const afterTimeout = (ms: number, then: () => void): (() => void) => {
  const timer = setTimeout(then, ms);
  return () => clearTimeout(timer);
};

/** `setInterval`; returns what ends it. */
export const every = (ms: number, then: () => void): (() => void) => {
  const timer = setInterval(then, ms);
  return () => clearInterval(timer);
};
