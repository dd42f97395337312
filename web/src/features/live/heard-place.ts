/** The bottom of the line being heard, as a part of the column's height. Coming words are below. */
const kHeardAt = 0.76;
/** The part of the column in which the middle of the next word lies, whatever moves. Outside of it words fade. */
const kWordsWithin = { from: 0.2, to: 0.92 };

/** In px: the column that is in view, and a line of the words being heard. */
export type Column = { readonly height: number; readonly line: number };

/**
 * Where the bottom of the line being heard belongs, px below the column's top. A low column has it higher: the next word
 * may begin a line, and that line must be in view also while the text has not yet moved by the one before.
 */
export function heardPlace({ height, line }: Column): number {
  return Math.max(line, Math.min(kHeardAt * height, kWordsWithin.to * height - 1.5 * line));
}

/**
 * The part of a move that is made at once; the rest glides. Gliding alone would leave the words being heard out of view
 * where several lines came together, or where a busy machine shows few steps of it.
 * @param below How far the line being heard is below its place, px.
 */
export function jumpOf(below: number, column: Column): number {
  const place = heardPlace(column);
  const half = column.line / 2;
  const lowest = Math.max(0, kWordsWithin.to * column.height - half - place);
  const highest = Math.min(0, kWordsWithin.from * column.height + half - place);
  return below - Math.min(Math.max(below, highest), lowest);
}
