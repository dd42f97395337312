import type { LiveContext } from '../../api/answerers';
import { Switch } from '../../ui/switch';
import './history-choice.css';

type Props = {
  readonly history: LiveContext;
  readonly told: boolean;
  readonly onChange: (told: boolean) => void;
};

/** Whether the model is told what was written and said before, and every word of it. */
export function HistoryChoice({ history, told, onChange }: Props) {
  const { turns, tokens, left_out } = history;
  return (
    <div className="history-choice">
      <Switch checked={told} onChange={onChange}>
        {told
          ? 'The model knows what was written and said before in this chat.'
          : 'The model knows nothing of this chat.'}
      </Switch>
      {told ? (
        <details>
          <summary>What the model gets</summary>
          <p>
            The newest {turns.length} {turns.length === 1 ? 'entry' : 'entries'}, about {tokens}{' '}
            {tokens === 1 ? 'token' : 'tokens'}.
            {left_out > 0
              ? ` ${left_out} older ${left_out === 1 ? 'one is' : 'ones are'} left out.`
              : ''}
          </p>
          <ol aria-label="What the model gets">
            {turns.map(({ message_id, role, origin, text }, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a live session has several entries
              <li key={`${message_id} ${place}`}>
                <b>
                  {role === 'person' ? 'You' : 'Model'}
                  {origin === 'said' ? ' (live)' : origin === 'summary' ? ' (summary)' : ''}
                </b>
                <p dir="auto">{text}</p>
              </li>
            ))}
          </ol>
        </details>
      ) : null}
    </div>
  );
}
