import { type ComponentProps, memo, useDeferredValue, useMemo } from 'react';
import Markdown, { type Components } from 'react-markdown';
import rehypeSanitize from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';
import remarkMath from 'remark-math';
import { usePart } from '../../ui/part';
import './answer-markdown.css';
import { codeWords, formulas } from './answer-part';
import { CodeBlock } from './code-block';
import { remarkDollarAmounts } from './dollar-amounts';
import { type HastNode, languageOf, textOf } from './hast';
import { isPlaceItself, placeOf } from './link-place';
import { kAllowed } from './markdown-allowed';
import { isReadable } from './markdown-limits';
import { PlainWhenItFails } from './plain-when-it-fails';

type Plugins = NonNullable<ComponentProps<typeof Markdown>['rehypePlugins']>;

const kRemark: Plugins = [remarkGfm, remarkMath, remarkDollarAmounts];
const kHasCode = /^\s*(```|~~~)\s*\w/m;
const kHasFormula = /\$[^$]+\$/;

const kComponents: Components = {
  a: ({ href, children }) =>
    placeOf(href ?? '') === '' ? (
      // A mark within the answer, which may stand in another one, too; or an address of ours, of which a model knows none.
      <span>{children}</span>
    ) : (
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
  pre: ({ node, children }) => {
    const code = node?.children[0] as HastNode | undefined;
    return (
      <CodeBlock language={code ? languageOf(code) : ''} text={textOf(code)}>
        {children}
      </CodeBlock>
    );
  },
};

/** Where a link goes, unless its words say so. */
function Place({ href, shown }: { readonly href: string | undefined; readonly shown: string }) {
  const place = placeOf(href ?? '');
  if (isPlaceItself(shown, place)) return null;
  return (
    <>
      {' '}
      <bdi className="answer__place" dir="ltr">
        ({place})
      </bdi>
    </>
  );
}

/** The Markdown of an answer. What it makes of the text is sanitised last. */
export const AnswerMarkdown = memo(function AnswerMarkdown({ text }: { readonly text: string }) {
  const shown = useDeferredValue(text);
  const readable = useMemo(() => isReadable(shown), [shown]);
  const code = usePart(codeWords, readable && kHasCode.test(shown));
  const math = usePart(formulas, readable && kHasFormula.test(shown));
  const rehypeCode = code.kind === 'loaded' ? code.value.rehypeCode : null;
  const rehypeMath = math.kind === 'loaded' ? math.value.rehypeMath : null;
  const rehype = useMemo(
    (): Plugins => [
      ...(rehypeMath ? [rehypeMath] : []),
      ...(rehypeCode ? [rehypeCode] : []),
      [rehypeSanitize, kAllowed],
    ],
    [rehypeCode, rehypeMath],
  );
  if (!readable) return <p className="answer__plain">{shown}</p>;
  return (
    <PlainWhenItFails text={shown}>
      <Markdown remarkPlugins={kRemark} rehypePlugins={rehype} components={kComponents} skipHtml>
        {shown}
      </Markdown>
    </PlainWhenItFails>
  );
});
