/**
 * The SDK parses every frame, in a handler that nobody waits for: a frame that is not JSON rejects there. The tap has
 * recorded that frame, so this rejection tells nothing new. Any other is ours, and must be seen. Pure.
 */
export const isOfSdk = (reason: unknown): boolean => reason instanceof SyntaxError;

/** What a rejection says, for the record; at most 500 characters. */
export const messageOf = (reason: unknown): string => {
  const text = reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason);
  return text.slice(0, 500);
};
