/** Shown instead of messages in a chat that has none. */
export const EmptyThread = () => (
  <div className="thread__empty">
    <strong>Nothing said yet</strong>
    <p>Write a message, or start live to talk and show things.</p>
  </div>
);
