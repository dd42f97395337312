/** Whether a request found the server gone: said by any request, heard by the app, which then asks until it is back. No React. */
const listeners = new Set<() => void>();

export const onNoAnswer = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const sayNoAnswer = (): void => {
  for (const listener of listeners) listener();
};
