/**
 * Tells rejections of the SDK from our own. The SDK parses every frame in a handler whose promise is not awaited, so a
 * frame that is not JSON causes an unhandled rejection. The tap has recorded the frame already, so this rejection tells
 * nothing new. Any other rejection is ours and must be reported. Pure.
 */
export const isOfSdk = (reason: unknown): boolean => reason instanceof SyntaxError;

/** The text of a rejection for the record; at most 500 characters. */
export const messageOf = (reason: unknown): string => {
  const text = reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason);
  return text.slice(0, 500);
};
