import './keys-list.css';

type Group = { readonly where: string; readonly keys: readonly (readonly [string, string])[] };

const kGroups: readonly Group[] = [
  {
    where: 'Everywhere',
    keys: [
      ['Search', 'Ctrl K /'],
      ['New chat', 'Ctrl Shift O'],
      ['Start live', 'Ctrl Shift L'],
      ['Sidebar', 'Ctrl B'],
      ['Undo the last deletion', 'Ctrl Z'],
      ['These keys', '?'],
      ['Close', 'Esc'],
    ],
  },
  {
    where: 'Live session',
    keys: [
      ['Mute microphone', 'm'],
      ['Camera', 'v'],
      ['Captions', 'c'],
      ['Write to the model', 'w'],
      ['Mark this moment', 'b'],
      ['Hang up', 'Shift H'],
    ],
  },
  {
    where: 'Player: moving',
    keys: [
      ['Play, pause', 'Space k'],
      ['5 s back, on', '← →'],
      ['10 s back, on', 'j l'],
      ['1 s back, on', 'Shift ← Shift →'],
      ['One frame back, on (paused)', ', .'],
      ['Previous, next turn', 'p n'],
      ['Transcript and lanes to the playhead', 't'],
      ['Search the transcript', 'Ctrl F'],
      ['Next, previous interruption', 'i Shift i'],
      ['To a tenth of it', '0 … 9'],
      ['Start, end', 'Home End'],
      ['Bookmark this moment', 'b'],
      ['Copy link to this moment', 'Shift C'],
      ['Skip silence', 's'],
    ],
  },
  {
    where: 'Player: hearing and seeing',
    keys: [
      ['Slower, faster', '< >'],
      ['Volume', '↑ ↓'],
      ['Mute all', 'm'],
      ['Mute person, model', 'Shift 1 Shift 2'],
      ['Captions', 'c'],
      ['Full screen', 'f'],
      ['Zoom in, out, all', '+ - z'],
      ['Loop: start, end, off (or drag in the lanes)', 'a'],
    ],
  },
];

/** Splits "Shift 1 Shift 2" into its key presses. */
const presses = (keys: string) => keys.match(/(?:(?:Ctrl|Shift) )*\S+/g) ?? [];

/** What each key does. `level` is the level of the headings. */
export function KeysList({ level }: { readonly level: 3 | 4 }) {
  const Heading = `h${level}` as const;
  return (
    <div className="keys">
      {kGroups.map(({ where, keys }) => (
        <section key={where}>
          <Heading>{where}</Heading>
          <dl>
            {keys.map(([what, combination]) => (
              <div key={what}>
                <dt>{what}</dt>
                <dd>
                  {presses(combination).map((press) => (
                    <kbd key={press}>{press}</kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}
