/**
 * What the parser of Markdown reads in a moment. A model may be made to write what takes it minutes (marks that wait for
 * their partner cost the square of their number), or what is nested so deeply that it fails; that is shown as it was written.
 */
const kLettersMax = 200_000;
const kLinesMax = 10_000;
const kMarksTogetherMax = 1_500;
const kCellsInLineMax = 500;
const kDepthMax = 60;

const kFence = /^ {0,3}(`{3,}|~{3,})/;
const kContainer = /[ \t]*(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))/y;
/** Begins words of its own, whatever stood above. */
const kItem = /^[ \t]*(?:[-+*]|\d{1,9}[.)]|#{1,6})[ \t]/;
const kTableRule = /^[ \t|:-]*-[ \t|:-]*$/;
const kMarks = /[*_~`[\]<$@\\]/g;

/** How many quotes and lists begin in one line. */
function depthOf(line: string): number {
  let depth = 0;
  kContainer.lastIndex = 0;
  while (depth <= kDepthMax && kContainer.test(line)) depth += 1;
  return depth;
}

const countOf = (line: string, marks: RegExp): number => line.match(marks)?.length ?? 0;
const cellsOf = (line: string): number =>
  countOf(line.trim().replace(/^\||\|$/g, ''), /(?<!\\)\|/g) + 1;

/** Follows a text line by line. */
class Reader {
  private fence = '';
  private above = '';
  private table = false;
  private marks = 0;

  /** Whether the text can still be read with this line. */
  takes(line: string): boolean {
    const [, mark = ''] = kFence.exec(line) ?? [];
    const closes = this.fence !== '' && mark.startsWith(this.fence) && line.trim() === mark;
    if (this.fence !== '' && !closes) return true;
    if (mark !== '') this.fence = closes ? '' : mark;
    const blank = mark !== '' || line.trim() === '';
    const above = this.above;
    this.above = blank ? '' : line;
    if (blank) this.table = false;
    else if (line.includes('|') && kTableRule.test(line) && cellsOf(line) === cellsOf(above)) {
      this.table = true;
    }
    if (blank || this.table || kItem.test(line)) this.marks = 0;
    this.marks += blank ? 0 : countOf(line, kMarks);
    return (
      this.marks <= kMarksTogetherMax &&
      countOf(line, /\|/g) <= kCellsInLineMax &&
      depthOf(line) <= kDepthMax
    );
  }
}

/** Whether a text can be shown as Markdown without holding the page up. */
export function isReadable(text: string): boolean {
  if (text.length > kLettersMax) return false;
  const lines = text.split(/\r\n|\r|\n/);
  const reader = new Reader();
  return lines.length <= kLinesMax && lines.every((line) => reader.takes(line));
}
