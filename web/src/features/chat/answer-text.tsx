import { usePart } from '../../ui/part';
import { answerMarkdown } from './answer-part';

type Props = { readonly text: string; readonly running: boolean };

/** The words of the model, as they come. Until the renderer is there, as they were written. */
export function AnswerText({ text, running }: Props) {
  const part = usePart(answerMarkdown, true);
  const Rendered = part.kind === 'loaded' ? part.value.AnswerMarkdown : null;
  return (
    <div className={running ? 'answer answer--running' : 'answer'} dir="auto">
      {Rendered ? <Rendered text={text} /> : <p className="answer__plain">{text}</p>}
    </div>
  );
}
