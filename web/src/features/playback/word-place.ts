/** The position of the word being heard in the panel after a move, as a part of the panel's height. */
const kFollowAt = 0.4;
/** While the word stays within this part of the panel nothing moves. */
const kWordBand = { from: 0.05, to: 0.75 };

/** In px: the panel that is in view, and a line of its words. */
export type WordPanel = { readonly height: number; readonly line: number };

/** Where the top of the word belongs, px below the panel's top. A low panel keeps room for the line after the next one. */
export function wordPlace({ height, line }: WordPanel): number {
  return Math.max(0, Math.min(kFollowAt * height, height - 2.5 * line));
}

/**
 * Whether the panel must move for a word whose top is there. In a low panel that is earlier than at three quarters, so
 * that the next line is in view before the panel has moved.
 */
export function leavesBand(top: number, { height, line }: WordPanel): boolean {
  const lowest = Math.max(0, Math.min(kWordBand.to * height, height - 2 * line));
  // A word at its place never leaves, however low the panel is.
  return (
    top < Math.min(kWordBand.from * height, wordPlace({ height, line })) - 1 || top > lowest + 1
  );
}
