/** Shown instead of messages in a chat that has none. */
export const EmptyThread = () => (
  <div className="thread__empty">
    <strong>Nothing said yet</strong>
    <p>Start live to talk and show things. The recording is here when you hang up.</p>
  </div>
);
