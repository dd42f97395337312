import { memo, useDeferredValue } from 'react';
import Markdown, { type Components } from 'react-markdown';
import rehypeSanitize, { defaultSchema } from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';
import './answer-markdown.css';
import { placeOf } from './link-place';

/** What may be in an answer. Nothing is loaded from elsewhere, and nothing runs. */
const kAllowed = {
  ...defaultSchema,
  tagNames: (defaultSchema.tagNames ?? []).filter(
    (name) => !['img', 'picture', 'source', 'details', 'summary'].includes(name),
  ),
  protocols: { href: ['http', 'https', 'mailto'] },
};

const kComponents: Components = {
  a: ({ href, children }) => (
    <a href={href} title={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
      <Place href={href} shown={typeof children === 'string' ? children : ''} />
    </a>
  ),
  table: ({ children }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keys
    <section className="answer__table" tabIndex={0} aria-label="Table">
      <table>{children}</table>
    </section>
  ),
  pre: ({ children }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keys
    <pre tabIndex={0}>{children}</pre>
  ),
};

/** Where a link goes, unless its words say so. */
function Place({ href, shown }: { readonly href: string | undefined; readonly shown: string }) {
  const place = placeOf(href ?? '');
  if (place === '' || shown.includes(place)) return null;
  return <span className="answer__place"> ({place})</span>;
}

/** The Markdown of an answer. What it makes of the text is sanitised last. */
export const AnswerMarkdown = memo(function AnswerMarkdown({ text }: { readonly text: string }) {
  return (
    <Markdown
      remarkPlugins={[remarkGfm]}
      rehypePlugins={[[rehypeSanitize, kAllowed]]}
      components={kComponents}
      skipHtml
    >
      {useDeferredValue(text)}
    </Markdown>
  );
});
