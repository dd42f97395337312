import { Scissors } from 'lucide-react';
import { memo } from 'react';
import type { LiveCaption } from '../../media/live-session';
import './live-captions.css';

/** More turns than fit on any screen; older ones are in the recording. */
export const kTurnsShownMax = 12;

type Props = {
  readonly captions: readonly LiveCaption[];
  /** Says finished turns aloud through assistive technology. Off: it would talk over the model. */
  readonly readAloud: boolean;
};

/** What was said, the newest largest. Words turn from grey to ink as they are heard; nothing reflows. */
export function LiveCaptions({ captions, readAloud }: Props) {
  const shown = captions.slice(-kTurnsShownMax);
  const last = shown.at(-1);
  const finished = shown.at(-2);
  return (
    <>
      <div className="captions" role="log" aria-label="Captions" aria-live="off">
        <ol>
          {shown.map((caption) => (
            <Turn key={caption.id} caption={caption} current={caption === last} />
          ))}
        </ol>
      </div>
      {readAloud ? (
        <p className="visually-hidden" aria-live="polite">
          {finished ? `${finished.speaker === 'person' ? 'You' : 'Model'}: ${finished.heard}` : ''}
        </p>
      ) : null}
    </>
  );
}

type TurnProps = { readonly caption: LiveCaption; readonly current: boolean };

const Turn = memo(function Turn({ caption, current }: TurnProps) {
  return (
    <li className="captions__turn" aria-current={current || undefined}>
      <span className={`who who--${caption.speaker}`}>
        {caption.speaker === 'person' ? 'You' : 'Model'}
      </span>
      <p className="captions__words">
        {caption.heard}
        {caption.coming && !caption.interrupted ? (
          <span className="captions__coming">{caption.coming}</span>
        ) : null}
      </p>
      {caption.interrupted ? (
        <p className="captions__cut">
          <Scissors aria-hidden />
          {cutWords(caption.wordsNotHeard)}
        </p>
      ) : null}
    </li>
  );
});

/** The line after an interruption: "You cut in. 9 words not heard." */
export function cutWords(wordsNotHeard: number): string {
  if (wordsNotHeard <= 0) return 'You cut in.';
  return `You cut in. ${wordsNotHeard} ${wordsNotHeard === 1 ? 'word' : 'words'} not heard.`;
}
