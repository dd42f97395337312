import temml from 'temml';
import { classesOf, type HastNode, replaceIn, textOf } from './hast';

type MathNode = {
  readonly type?: string;
  readonly text?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly children?: readonly MathNode[];
};

/** Longer formulas are shown as they were written. */
const kLettersMax = 5_000;

/** MathML as nodes, so that no text has to be read as HTML. Styles are left out: the policy refuses them. */
const nodesOf = (node: MathNode): HastNode[] => {
  if (node.text !== undefined) return [{ type: 'text', value: node.text }];
  const children = (node.children ?? []).flatMap(nodesOf);
  if (!node.type) return children; // a fragment
  return [{ type: 'element', tagName: node.type, properties: { ...node.attributes }, children }];
};

function drawn(source: string, displayMode: boolean): HastNode | null {
  if (source.length > kLettersMax) return null;
  try {
    const tree = temml.__renderToMathMLTree(source, {
      displayMode,
      throwOnError: true,
      trust: false,
    });
    return nodesOf(tree as MathNode)[0] ?? null;
  } catch {
    return null; // not finished yet, or no formula: it is shown as it was written
  }
}

/** Draws formulas as MathML. */
export const rehypeMath = () => (tree: HastNode) =>
  replaceIn(tree, (node) => {
    const [only] = node.tagName === 'pre' ? (node.children ?? []) : [node];
    if (only?.tagName !== 'code') return null;
    const classes = classesOf(only);
    const display = classes.includes('math-display');
    return display || classes.includes('math-inline') ? drawn(textOf(only), display) : null;
  });
