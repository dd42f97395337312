type Props = { readonly text: string; readonly running: boolean };

/** The words of the model, as they come. */
export const AnswerText = ({ text, running }: Props) => (
  <div className="answer" dir="auto">
    <p className="answer__plain">
      {text}
      {running ? <span className="answer__caret" aria-hidden /> : null}
    </p>
  </div>
);
