import { SteadyClock } from './steady-clock';

/** The parts of the global scope that our Workers use; TypeScript's DOM types describe a window. */
export type WorkerScope<Command, Event> = {
  onmessage: ((message: MessageEvent<Command>) => void) | null;
  postMessage(event: Event, transfer?: Transferable[]): void;
  addEventListener(type: 'online', listener: () => void): void;
};

export const workerScope = <Command, Event>(): WorkerScope<Command, Event> =>
  globalThis as unknown as WorkerScope<Command, Event>;

const steady = new SteadyClock(() => performance.now());

/** This thread's clock for waits, ms. Never goes back. */
export const steadyNow = (): number => steady.now();

/** `setTimeout` in the form that the sender needs. */
export const afterTimeout = (ms: number, then: () => void): (() => void) => {
  const timer = setTimeout(then, ms);
  return () => clearTimeout(timer);
};

/** `setInterval`; returns a function that ends it. */
export const every = (ms: number, then: () => void): (() => void) => {
  const timer = setInterval(then, ms);
  return () => clearInterval(timer);
};
